/// Reads the parts of a TZif file that say which offset holds when; leap seconds are passed over.
///
/// Source: RFC 9636, section 3.
struct TZifReader {
    struct Content {
        /// Seconds ahead of UTC before the first transition.
        let firstOffsetSeconds: Int
        /// Unix seconds and the offset that holds from then on, in order.
        let transitions: [(timeSeconds: Int64, offsetSeconds: Int)]
        /// What holds after the last transition, as POSIX writes it in TZ; may be empty.
        let footer: String
    }

    private struct Header {
        let isUTCount, isStandardCount, leapCount, timeCount, typeCount, characterCount: Int

        /// The size of the data block behind it.
        func blockBytes(timeBytes: Int) -> Int {
            timeCount * (timeBytes + 1) + typeCount * 6 + characterCount
                + leapCount * (timeBytes + 4) + isStandardCount + isUTCount
        }
    }

    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The second data block, with times of 64 bits; nil when the file is none of version 2 or
    /// later.
    mutating func read() -> Content? {
        guard let first = header(), skip(first.blockBytes(timeBytes: 4)), let header = header(),
            header.typeCount > 0, header.typeCount <= 256,
            bytes.count - offset >= header.blockBytes(timeBytes: 8)
        else { return nil }
        let times = (0..<header.timeCount).map { _ in number(bytes: 8) }
        let types = (0..<header.timeCount).map { _ in Int(number(bytes: 1) & 0xFF) }
        var offsets: [Int] = []
        for _ in 0..<header.typeCount {
            offsets.append(Int(number(bytes: 4)))
            offset += 2
        }
        let restBytes =
            header.characterCount + header.leapCount * 12 + header.isStandardCount
            + header.isUTCount
        guard skip(restBytes), let footer = footer(),
            types.allSatisfy(offsets.indices.contains),
            zip(times, times.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        return Content(
            firstOffsetSeconds: offsets[0],
            transitions: zip(times, types).map { ($0, offsets[$1]) }, footer: footer)
    }

    private mutating func header() -> Header? {
        guard bytes.count - offset >= 44,
            bytes[offset..<(offset + 4)].elementsEqual("TZif".utf8),
            bytes[offset + 4] >= UInt8(ascii: "2")
        else { return nil }
        offset += 20
        let counts = (0..<6).map { _ in Int(number(bytes: 4)) }
        guard counts.allSatisfy({ (0...1_000_000).contains($0) }) else { return nil }
        return Header(
            isUTCount: counts[0], isStandardCount: counts[1], leapCount: counts[2],
            timeCount: counts[3], typeCount: counts[4], characterCount: counts[5])
    }

    /// The text between two line breaks.
    private mutating func footer() -> String? {
        guard offset < bytes.count, bytes[offset] == 0x0A else { return nil }
        let rest = bytes[(offset + 1)...]
        guard let end = rest.firstIndex(of: 0x0A) else { return nil }
        return String(decoding: rest[..<end], as: UTF8.self)
    }

    private mutating func skip(_ count: Int) -> Bool {
        guard bytes.count - offset >= count else { return false }
        offset += count
        return true
    }

    /// A signed number, the most significant byte first; the caller has checked the length.
    private mutating func number(bytes count: Int) -> Int64 {
        var value: UInt64 = bytes[offset] >= 0x80 ? .max : 0
        for byte in bytes[offset..<(offset + count)] { value = value << 8 | UInt64(byte) }
        offset += count
        return Int64(bitPattern: value)
    }
}
