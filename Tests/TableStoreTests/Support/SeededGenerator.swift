import TableStore

/// SplitMix64: the same numbers on every run, so a failure can be found again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// An item with all sorts of values.
    mutating func item() -> Item {
        var item: Item = [:]
        for _ in 0..<Int.random(in: 0...6, using: &self) { item[text()] = value(depth: 0) }
        return item
    }

    private mutating func value(depth: Int) -> AttributeValue {
        switch Int.random(in: 0...(depth < 4 ? 7 : 5), using: &self) {
        case 0: return .null
        case 1: return .bool(.random(using: &self))
        case 2: return .number(Int64(truncatingIfNeeded: next()))
        case 3: return .number(Int64.random(in: -70...70, using: &self))
        case 4: return .string(text())
        case 5:
            let count = Int.random(in: 0...200, using: &self)
            return .binary((0..<count).map { _ in UInt8(truncatingIfNeeded: next()) })
        case 6:
            let count = Int.random(in: 0...4, using: &self)
            return .list((0..<count).map { _ in value(depth: depth + 1) })
        default:
            var members: Item = [:]
            for _ in 0..<Int.random(in: 0...4, using: &self) {
                members[text()] = value(depth: depth + 1)
            }
            return .map(members)
        }
    }

    private mutating func text() -> String {
        let alphabet = Array("ab\u{0}\"\\é€😀\u{301}z")
        let count = Int.random(in: 0...20, using: &self)
        return String((0..<count).map { _ in alphabet.randomElement(using: &self) ?? "a" })
    }
}
