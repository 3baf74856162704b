/// How a card publishes its score: in which steps, how it rounds, and between which limits.
struct OutputRule: Sendable, Hashable {
    /// Which way a tie goes.
    enum Rounding: String, Sendable, Hashable {
        /// To the even neighbour.
        case halfEven = "half_even"
        /// Towards positive infinity.
        case halfUp = "half_up"
    }

    let minimum: FixedDecimal
    let maximum: FixedDecimal
    let decimals: Int
    let rounding: Rounding
    /// One step of the output, in units of 10⁻¹².
    let quantum: Int64
    /// One step of the output, in millionths.
    let quantumMillionths: Int64

    init(minimum: FixedDecimal, maximum: FixedDecimal, decimals: Int, rounding: Rounding) {
        self.minimum = minimum
        self.maximum = maximum
        self.decimals = decimals
        self.rounding = rounding
        quantum = powerOfTen(12 - decimals)
        quantumMillionths = powerOfTen(6 - decimals)
    }

    /// The whole number of steps nearest to an exact sum in units of 10⁻¹².
    func rounded(_ sum: Int64) -> Int64 {
        let (floor, remainder) = sum.flooredDivision(by: quantum)
        if remainder * 2 == quantum {
            return rounding == .halfUp || floor & 1 == 1 ? floor + 1 : floor
        }
        return remainder * 2 > quantum ? floor + 1 : floor
    }

    /// The steps nearest to so many that lie between the limits.
    func clamped(_ steps: Int64) -> Int64 {
        min(max(steps, self.steps(minimum)), self.steps(maximum))
    }

    /// A value that is a multiple of the step, as a number of steps.
    func steps(_ value: FixedDecimal) -> Int64 {
        value.millionths / quantumMillionths
    }

    /// The value of so many steps.
    func value(_ steps: Int64) -> FixedDecimal {
        FixedDecimal(millionths: steps * quantumMillionths)
    }
}

extension Int64 {
    /// The quotient rounded down, and the remainder, never negative; the divisor is positive.
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
