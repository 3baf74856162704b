/// The header section of an answer, kept as the bytes it came as: a field is looked up when it is
/// asked for.
struct HeadSection {
    private var bytes: [UInt8] = []
    /// Where each line ends: the run loop looks up seven fields per event.
    private var lineEnds: [Int] = []

    init() {
        bytes.reserveCapacity(1024)
        lineEnds.reserveCapacity(16)
    }

    var count: Int { bytes.count }

    /// Keeps the room, and costs nothing when there is nothing to remove.
    mutating func removeAll() {
        guard !bytes.isEmpty else { return }
        bytes.removeAll(keepingCapacity: true)
        lineEnds.removeAll(keepingCapacity: true)
    }

    /// Takes one whole line with its line feed.
    mutating func append(_ line: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: line)
        lineEnds.append(bytes.count)
    }

    /// The value of the first field of that name (given in lower case), without its white space.
    func value(_ lowercaseName: StaticString) -> String? {
        let nameCount = lowercaseName.utf8CodeUnitCount
        return bytes.withUnsafeBufferPointer { bytes -> String? in
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

    /// `HTTP/1.1 2xx`.
    var isSuccess: Bool {
        bytes.firstIndex(of: 0x20).map { bytes[($0 + 1)...].first == 0x32 } ?? false
    }

    /// Every field in order.
    var fields: [HTTPField] {
        bytes.split(separator: 0x0A).dropFirst().compactMap { line in
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
