/// Why a text is not a fixed decimal.
public enum FixedDecimalError: String, Error, Sendable {
    /// Not a decimal number in JSON's grammar.
    case syntax
    /// Written with an exponent.
    case exponent
    /// More than six decimals.
    case precision
    /// Beyond what a fixed decimal can hold.
    case range
}
