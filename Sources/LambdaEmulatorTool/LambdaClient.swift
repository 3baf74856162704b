import HTTPClient
import TextEncoding

/// Calls a function of a running emulator by the Invoke API.
struct LambdaClient {
    /// What the emulator answered.
    struct Answer {
        let status: Int
        let payload: [UInt8]
        /// True when the function failed: the payload tells how.
        let isFailure: Bool
        /// The last 4 KB of the log.
        let logTail: [UInt8]?
    }

    private static let answerBytesMax = 8 * 1024 * 1024

    let url: String

    func invoke(_ function: String, _ event: [UInt8]) throws(HTTPClientError) -> Answer {
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        let connection = try HTTPConnection(
            limits: HTTPLimits(
                deadlineMs: nil, connectMs: 5_000, responseBytesMax: Self.answerBytesMax,
                truncateInsteadOfFail: false),
            policy: .unrestricted, userAgent: "lambda-emulator")
        let response = try connection.send(
            HTTPRequest(
                method: "POST", url: "\(base)/2015-03-31/functions/\(function)/invocations",
                fields: [
                    HTTPField("Content-Type", "application/json"),
                    HTTPField("X-Amz-Log-Type", "Tail"),
                ], body: event))
        return Answer(
            status: response.status, payload: response.body,
            isFailure: response.field("X-Amz-Function-Error") != nil,
            logTail: response.field("X-Amz-Log-Result").flatMap(Base64.decode))
    }
}
