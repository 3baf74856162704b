/// Ten to the power of 0 to 12.
func powerOfTen(_ exponent: Int) -> Int64 {
    var power: Int64 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
}

extension FixedDecimal {
    /// Whether the value is a multiple of ten to the power of minus `decimals` (0 to 6).
    func hasAtMost(decimals: Int) -> Bool {
        millionths % powerOfTen(Self.decimalsMax - decimals) == 0
    }
}
