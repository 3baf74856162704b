import HTTPClient
import StrictJSON

/// Calls a running emulator's own API, below `/_emulator/`.
struct EmulatorClient: Sendable {
    /// Why a call gave nothing, in one line, with the process's exit status.
    struct Failure: Error, Equatable {
        let line: String
        let status: Int32
    }

    /// Where `start` listens unless it is told otherwise.
    static let defaultURL = "http://127.0.0.1:3000"
    private static let answerBytesMax = 64 * 1024 * 1024

    let url: String

    /// - Parameters:
    ///   - path: Below `/_emulator/`, with its query.
    ///   - deadlineMs: Nil waits for as long as it takes.
    /// - Returns: The answer.
    func call(
        _ method: String, _ path: String, deadlineMs: Int? = 60_000
    ) throws(Failure) -> JSONValue {
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        let response: HTTPResponse
        do throws(HTTPClientError) {
            let connection = try HTTPConnection(
                limits: HTTPLimits(
                    deadlineMs: deadlineMs, connectMs: 5_000,
                    responseBytesMax: Self.answerBytesMax, truncateInsteadOfFail: false),
                policy: .unrestricted, userAgent: "lambda-emulator")
            response = try connection.send(
                HTTPRequest(method: method, url: "\(base)/_emulator/\(path)"))
        } catch {
            throw Failure(
                line: "\(url): no emulator can be reached: \(error.code.rawValue)",
                status: error.code == .invalidURL ? 2 : 1)
        }
        let limits = JSONLimits(bytesMax: Self.answerBytesMax, depthMax: JSONLimits.depthCeiling)
        let answer = try? StrictJSON.parse(response.body, limits: limits)
        guard response.status == 200, let answer else {
            let message = answer?["message"]?.string ?? "the emulator answered \(response.status)"
            throw Failure(line: message, status: 1)
        }
        return answer
    }
}
