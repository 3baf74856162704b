/// One input that a card reads.
public struct SignalDefinition: Sendable, Hashable {
    /// The values a signal can have.
    public enum Kind: Sendable, Hashable {
        /// A number from 0 to 1.
        case unit
        /// 0 or 1.
        case flag
        /// A whole number between two limits.
        case integer(ClosedRange<FixedDecimal>)
        /// A number between two limits with so many decimals.
        case decimal(ClosedRange<FixedDecimal>, decimals: Int)
    }

    /// What a signal tells about, the only kinds of data a card may ask for.
    public enum DataClass: String, Sendable, Hashable, CaseIterable {
        /// How the service runs.
        case operational
        /// The circumstances of the event.
        case context
        /// The state of the payment.
        case payment
        /// The state of the device.
        case deviceState = "device_state"
        /// A coarse class of behaviour.
        case behaviourBucket = "behaviour_bucket"
    }

    /// What happens when an input lacks the signal.
    public enum Missing: Sendable, Hashable {
        /// It counts as this value, and the decision carries this code.
        case value(FixedDecimal, code: String)
        /// The input is refused.
        case reject
    }

    /// The canonical name.
    public let name: String
    /// Other names under which the signal is accepted.
    public let aliases: [String]
    /// The values it can have.
    public let kind: Kind
    /// What it tells about.
    public let dataClass: DataClass
    /// What happens without it.
    public let missing: Missing

    /// The smallest and the largest value.
    public var range: ClosedRange<FixedDecimal> {
        switch kind {
        case .unit, .flag: .zero ... .one
        case .integer(let range), .decimal(let range, _): range
        }
    }

    /// The fault of a value, or nil when it is one that the signal can have.
    func fault(of value: FixedDecimal) -> SignalErrorCode? {
        switch kind {
        case .unit: break
        case .flag: return value == .zero || value == .one ? nil : .range
        case .integer: guard value.hasAtMost(decimals: 0) else { return .precision }
        case .decimal(_, let decimals):
            guard value.hasAtMost(decimals: decimals) else { return .precision }
        }
        return range.contains(value) ? nil : .range
    }

    /// The value that stands for a missing one.
    var substitute: FixedDecimal {
        switch missing {
        case .value(let value, _): value
        case .reject: .zero
        }
    }
}
