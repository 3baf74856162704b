/// Everything that is wrong with the signals of one input, at most ``countMax`` faults.
public struct SignalErrors: Error, Sendable, Hashable {
    /// The largest number of faults reported.
    public static let countMax = 32

    /// The faults in the order of the input, then the required signals that it lacks.
    public let errors: [FieldError]
}
