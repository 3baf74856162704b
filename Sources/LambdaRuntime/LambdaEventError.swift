/// An event that is not what the handler declared it takes.
public struct LambdaEventError: LambdaFailure, Equatable {
    /// What is wrong, without any value of the event.
    public let publicMessage: String

    /// Always `InvalidEvent`.
    public var code: String { "InvalidEvent" }

    /// Makes an error from a fixed text.
    public init(_ message: StaticString) {
        publicMessage = "\(message)"
    }

    init(member: StaticString) {
        publicMessage = "event member \(member) is missing or of the wrong type"
    }

    init(syntax: String, offset: Int) {
        publicMessage = "event is not valid json: \(syntax) at byte \(offset)"
    }
}
