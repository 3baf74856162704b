/// Why a piece of a streamed response was not sent.
public enum LambdaResponseError: LambdaFailure, Equatable {
    /// The answer has begun: what stands before its body came too late.
    case alreadyBegun
    /// The handler has returned.
    case ended
    /// The answer would be larger than 200 MB.
    case tooLarge
    /// The platform has ended the answer early, with this HTTP status.
    case refused(status: Int)
    /// The platform has closed the connection.
    case connectionLost

    /// `ResponseSizeTooLarge` for an answer that is too large, as the platform itself says.
    public var code: String {
        switch self {
        case .alreadyBegun: "ResponseAlreadyBegun"
        case .ended: "ResponseEnded"
        case .tooLarge: "ResponseSizeTooLarge"
        case .refused: "ResponseRefused"
        case .connectionLost: "ResponseConnectionLost"
        }
    }

    /// One sentence.
    public var publicMessage: String {
        switch self {
        case .alreadyBegun: "response has already begun"
        case .ended: "response has ended"
        case .tooLarge: "response is larger than \(ResponseStream.bytesMax) bytes"
        case .refused(let status): "response was refused with status \(status)"
        case .connectionLost: "response's connection is lost"
        }
    }
}
