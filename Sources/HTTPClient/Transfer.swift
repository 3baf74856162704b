import Glibc

/// What one exchange receives: libcurl's callbacks write here, the caller reads afterwards.
final class Transfer {
    let limits: HTTPLimits
    let policy: AddressPolicy

    private var head = HeadSection()
    private(set) var body: [UInt8] = []
    /// Takes the body of a success piece by piece in place of `body`.
    var take: ((UnsafeRawBufferPointer) -> Void)?
    private(set) var isTruncated = false
    private(set) var isOversized = false
    /// A refusal holds for the whole exchange: a name with one closed address is closed.
    private(set) var isAddressRefused = false

    init(limits: HTTPLimits, policy: AddressPolicy) {
        self.limits = limits
        self.policy = policy
    }

    func reset() {
        head.removeAll()
        if !body.isEmpty { body.removeAll(keepingCapacity: true) }
        isTruncated = false
        isOversized = false
        isAddressRefused = false
    }

    var hasReceived: Bool { head.count > 0 }

    func permits(_ address: IPAddress?, port: UInt16) -> Bool {
        guard !isAddressRefused, let address, policy.permits(address), policy.permits(port: port)
        else {
            isAddressRefused = true
            return false
        }
        return true
    }

    /// Takes one header line; false stops the transfer.
    func receive(headLine line: UnsafeRawBufferPointer) -> Bool {
        // A status line begins a new section: interim (1xx) answers are dropped.
        if let base = line.baseAddress, line.count >= 5, memcmp(base, "HTTP/", 5) == 0 {
            head.removeAll()
        }
        guard head.count + line.count <= HTTPLimits.headBytesMax else {
            isOversized = true
            return false
        }
        // Typed, because the bytes of a raw buffer would be copied one by one.
        head.append(line.assumingMemoryBound(to: UInt8.self))
        return true
    }

    /// Takes a piece of the body; false stops the transfer.
    func receive(bodyPiece piece: UnsafeRawBufferPointer) -> Bool {
        if let take, head.isSuccess {
            take(piece)
            return true
        }
        let room = limits.responseBytesMax - body.count
        guard piece.count <= room else {
            if limits.truncateInsteadOfFail {
                body.append(contentsOf: piece.prefix(room))
                isTruncated = true
            } else {
                isOversized = true
            }
            return false
        }
        body.append(contentsOf: piece.assumingMemoryBound(to: UInt8.self))
        return true
    }

    /// Hands the body over without a copy; the next exchange starts with a fresh one.
    func takeBody() -> [UInt8] {
        defer { body = [] }
        return body
    }

    /// The value of the first field of that name (given in lower case), without its white space.
    func field(_ lowercaseName: StaticString) -> String? { head.value(lowercaseName) }

    /// Every field in order.
    var fields: [HTTPField] { head.fields }
}
