/// One fault of an input: where, and which; never what stood there.
public struct FieldError: Sendable, Hashable {
    /// The place, as an RFC 6901 JSON Pointer.
    public let pointer: String
    /// The kind of fault, such as `signal_range`.
    public let code: String

    /// Makes an error.
    public init(pointer: String, code: String) {
        self.pointer = pointer
        self.code = code
    }
}
