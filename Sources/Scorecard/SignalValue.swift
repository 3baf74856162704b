/// One signal of an input.
public struct SignalValue: Sendable, Hashable {
    /// The signal's canonical name.
    public let name: String
    /// Its value, or nil when the input lacks it.
    public let value: FixedDecimal?
}
