import Locking

/// Makes request ids and trace ids: unique, not secret.
///
/// A seed is a parameter so that a test knows the ids; the random bits come from SplitMix64, which
/// needs no system call per id.
final class IdentifierSource: Sendable {
    private let state: Locked<UInt64>

    init(seed: UInt64 = UInt64.random(in: .min ... .max)) { state = Locked(seed) }

    private func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// A version 4 UUID (RFC 9562).
    func requestID() -> String {
        let high = next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        var text: [UInt8] = []
        text.reserveCapacity(36)
        Self.append(high >> 32, digits: 8, to: &text)
        text.append(0x2D)
        Self.append(high >> 16, digits: 4, to: &text)
        text.append(0x2D)
        Self.append(high, digits: 4, to: &text)
        text.append(0x2D)
        Self.append(low >> 48, digits: 4, to: &text)
        text.append(0x2D)
        Self.append(low, digits: 12, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The name of an instance's log stream, as AWS Lambda makes it.
    func logStream(unixMs: Int64) -> String {
        let day = CivilTime(unixSeconds: unixMs / 1_000)
        var text: [UInt8] = []
        Self.append(next(), digits: 16, to: &text)
        Self.append(next(), digits: 16, to: &text)
        var line = LineBuilder(reserving: 56)
        line.text(String(day.year))
        line.text("/")
        line.twoDigits(day.month)
        line.text("/")
        line.twoDigits(day.day)
        line.text("/[$LATEST]")
        line.raw(text)
        return String(decoding: line.bytes, as: UTF8.self)
    }

    /// A trace header as X-Ray writes it: not sampled, since nobody collects traces here.
    func traceID(unixMs: Int64) -> String {
        var text = Array("Root=1-".utf8)
        text.reserveCapacity(80)
        Self.append(UInt64(clamping: unixMs / 1_000), digits: 8, to: &text)
        text.append(0x2D)
        Self.append(next(), digits: 8, to: &text)
        Self.append(next(), digits: 16, to: &text)
        text.append(contentsOf: ";Parent=".utf8)
        Self.append(next(), digits: 16, to: &text)
        text.append(contentsOf: ";Sampled=0".utf8)
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(_ value: UInt64, digits: Int, to text: inout [UInt8]) {
        for digit in (0..<digits).reversed() {
            let nibble = UInt8(truncatingIfNeeded: value >> UInt64(digit * 4)) & 0xF
            text.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
        }
    }
}
