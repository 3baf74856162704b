import Glibc

/// What one exchange receives: libcurl's callbacks write here, the caller reads afterwards.
///
/// The header section stays the bytes it came as; a field is looked up when it is asked for.
final class Transfer {
    let limits: HTTPLimits
    let policy: AddressPolicy

    private(set) var head: [UInt8] = []
    /// Where each line of the head ends: the run loop looks up seven fields per event.
    private var lineEnds: [Int] = []
    private(set) var body: [UInt8] = []
    private(set) var isTruncated = false
    private(set) var isOversized = false
    /// A refusal holds for the whole exchange: a name with one closed address is closed.
    private(set) var isAddressRefused = false

    init(limits: HTTPLimits, policy: AddressPolicy) {
        self.limits = limits
        self.policy = policy
        head.reserveCapacity(1024)
    }

    func reset() {
        removeHead()
        body.removeAll(keepingCapacity: true)
        isTruncated = false
        isOversized = false
        isAddressRefused = false
    }

    var hasReceived: Bool { !head.isEmpty }

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
            removeHead()
        }
        guard head.count + line.count <= HTTPLimits.headBytesMax else {
            isOversized = true
            return false
        }
        // Typed, because the bytes of a raw buffer would be copied one by one.
        head.append(contentsOf: line.assumingMemoryBound(to: UInt8.self))
        lineEnds.append(head.count)
        return true
    }

    private func removeHead() {
        head.removeAll(keepingCapacity: true)
        lineEnds.removeAll(keepingCapacity: true)
    }

    /// Takes a piece of the body; false stops the transfer.
    func receive(bodyPiece piece: UnsafeRawBufferPointer) -> Bool {
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
    func field(_ lowercaseName: StaticString) -> String? {
        let nameCount = lowercaseName.utf8CodeUnitCount
        return head.withUnsafeBufferPointer { bytes -> String? in
            guard let base = bytes.baseAddress else { return nil }
            var start = 0
            for end in lineEnds {
                let line = UnsafeBufferPointer(start: base + start, count: end - start)
                if line.count > nameCount, line[nameCount] == 0x3A,
                    Self.matches(base + start, lowercaseName)
                {
                    return Self.text(UnsafeBufferPointer(rebasing: line[(nameCount + 1)...]))
                }
                start = end
            }
            return nil
        }
    }

    /// Every field in order.
    var fields: [HTTPField] {
        head.split(separator: 0x0A).dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: 0x3A) else { return nil }
            return HTTPField(Self.text(line[..<colon]), Self.text(line[(colon + 1)...]))
        }
    }

    private static func matches(_ line: UnsafePointer<UInt8>, _ name: StaticString) -> Bool {
        for index in 0..<name.utf8CodeUnitCount {
            let byte = line[index]
            let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            if lower != name.utf8Start[index] { return false }
        }
        return true
    }

    private static func text(_ bytes: some BidirectionalCollection<UInt8>) -> String {
        let isSpace = { (byte: UInt8) in
            byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
        }
        var trimmed = bytes[...]
        while let first = trimmed.first, isSpace(first) { trimmed = trimmed.dropFirst() }
        while let last = trimmed.last, isSpace(last) { trimmed = trimmed.dropLast() }
        return String(decoding: trimmed, as: UTF8.self)
    }
}
