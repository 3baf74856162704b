/// Why a card was refused, and where in its document.
public struct ScorecardError: Error, Sendable, Hashable {
    /// The kind of refusal.
    public enum Code: String, Sendable, Hashable {
        /// The document is of another schema, or none.
        case schema
        /// A member is missing; the pointer names it.
        case memberMissing = "member_missing"
        /// A member is not one of the schema.
        case memberUnknown = "member_unknown"
        /// A value is of the wrong JSON type.
        case type
        /// A text or number does not have the form required.
        case syntax
        /// A value or a count is outside its limits.
        case limit
        /// A name or identifier occurs twice.
        case duplicate
        /// An identifier is one that the evaluator uses itself.
        case reserved
        /// The name of a signal asks for personal data.
        case personalData = "personal_data"
        /// A factor refers to a signal that is not declared.
        case referenceUnknown = "reference_unknown"
        /// The schema knows this kind, this evaluator does not.
        case unsupported
        /// The bands do not ascend, or are not closed by one without a limit.
        case bandOrder = "band_order"
        /// A band that no published score reaches.
        case bandUnreachable = "band_unreachable"
        /// The output has no room between its limits, or limits that are not whole quanta.
        case outputRange = "output_range"
        /// The base is not a whole number of output quanta, so lines could not add up to the score.
        case baseQuantum = "base_quantum"
        /// Some input could exceed the exact range of the sum.
        case overflow
        /// The card does not give the result of its own vector.
        case vectorFailed = "vector_failed"
    }

    /// The place, as an RFC 6901 JSON Pointer.
    public let pointer: String
    /// The kind of refusal.
    public let code: Code

    /// Makes an error.
    public init(pointer: String, code: Code) {
        self.pointer = pointer
        self.code = code
    }
}

extension ScorecardError: CustomStringConvertible {
    /// The code and the place.
    public var description: String {
        "scorecard refused: \(code.rawValue) at \(pointer.isEmpty ? "its root" : pointer)"
    }
}
