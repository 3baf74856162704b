import HTTPClient
import StrictJSON
import TextEncoding

/// Calls a function by the Lambda API.
struct LambdaClient {
    /// What is called, and how.
    struct Call: Equatable {
        var function = ""
        var event: [UInt8] = []
        /// The answer is taken while it is made.
        var isStreamed = false
        /// Accepted, and delivered later.
        var isAsynchronous = false
        var wantsLogTail = true
        /// JSON.
        var clientContext: String?
        var traceID: String?
    }

    /// What the emulator answered.
    struct Answer {
        let status: Int
        /// Empty for an answer that was handed on while it was made.
        var payload: [UInt8]
        /// True when the function failed: the payload tells how.
        var isFailure: Bool
        /// The last 4 KB of the log.
        var logTail: [UInt8]?
        let requestID: String?
    }

    private static let answerBytesMax = 8 * 1024 * 1024

    let url: String

    /// - Parameter take: Takes the pieces of a streamed answer.
    func invoke(
        _ call: Call, take: @escaping ([UInt8]) -> Void = { _ in }
    ) throws(HTTPClientError) -> Answer {
        let connection = try HTTPConnection(
            limits: HTTPLimits(
                deadlineMs: nil, connectMs: 5_000, responseBytesMax: Self.answerBytesMax,
                truncateInsteadOfFail: false),
            policy: .unrestricted, userAgent: "lambda-emulator")
        let request = HTTPRequest(
            method: "POST", url: address(of: call), fields: Self.fields(of: call),
            body: call.event)
        guard call.isStreamed else { return Self.answer(try connection.send(request)) }
        return try stream(request, over: connection, take: take)
    }

    private func address(of call: Call) -> String {
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        let function = URLText.query(call.function)
        return call.isStreamed
            ? "\(base)/2021-11-15/functions/\(function)/response-streaming-invocations"
            : "\(base)/2015-03-31/functions/\(function)/invocations"
    }

    private static func fields(of call: Call) -> [HTTPField] {
        var fields = [HTTPField("Content-Type", "application/json")]
        if call.wantsLogTail { fields.append(HTTPField("X-Amz-Log-Type", "Tail")) }
        if call.isAsynchronous { fields.append(HTTPField("X-Amz-Invocation-Type", "Event")) }
        if let text = call.clientContext {
            fields.append(HTTPField("X-Amz-Client-Context", Base64.encode(Array(text.utf8))))
        }
        if let traceID = call.traceID { fields.append(HTTPField("X-Amzn-Trace-Id", traceID)) }
        return fields
    }

    private static func answer(_ response: HTTPResponse) -> Answer {
        Answer(
            status: response.status, payload: response.body,
            isFailure: response.field("X-Amz-Function-Error") != nil,
            logTail: response.field("X-Amz-Log-Result").flatMap(Base64.decode),
            requestID: response.field("x-amzn-RequestId"))
    }

    private func stream(
        _ request: HTTPRequest, over connection: HTTPConnection,
        take: @escaping ([UInt8]) -> Void
    ) throws(HTTPClientError) -> Answer {
        var reader = EventStreamReader()
        var ending: JSONValue?
        let response = try connection.send(request) { piece in
            for message in reader.read(piece) {
                if message.type == "PayloadChunk" {
                    take(message.payload)
                } else if message.type == "InvokeComplete" {
                    ending = try? StrictJSON.parse(
                        message.payload,
                        limits: JSONLimits(bytesMax: Self.answerBytesMax, depthMax: 8))
                }
            }
        }
        var answer = Self.answer(response)
        guard answer.status == 200 else { return answer }
        guard let ending else { throw HTTPClientError(.receive, "the stream has no end") }
        answer.logTail = ending["LogResult"]?.string.flatMap(Base64.decode)
        if let details = ending["ErrorDetails"]?.string {
            answer.isFailure = true
            answer.payload = Array(details.utf8)
        }
        return answer
    }
}
