import Glibc
import HTTPClient
import StrictJSON

/// Calls a running emulator's own API, below `/_emulator/`.
struct EmulatorClient: Sendable {
    /// Why a call gave nothing, in one line, with the process's exit status.
    struct Failure: Error, Equatable {
        let line: String
        let status: Int32

        init(line: String, status: Int32) {
            self.line = line
            self.status = status
        }

        /// No answer came from where the emulator should be.
        init(_ url: String, _ error: HTTPClientError) {
            switch error.code {
            case .connect:
                self.init(line: "\(url): no emulator listens there: see start, or --url", status: 1)
            case .invalidURL:
                self.init(
                    line: "--url: an address such as http://127.0.0.1:3000 was expected", status: 2)
            default: self.init(line: "\(url): no answer: \(error.code.rawValue)", status: 1)
            }
        }
    }

    /// What `exec` sets for the command that it runs, or where `start` listens unless it is told
    /// otherwise.
    static var defaultURL: String { givenURL ?? "http://127.0.0.1:3000" }
    static var givenURL: String? { getenv("EMULATOR_URL").map { String(cString: $0) } }
    /// The same in words.
    static let urlHelp = "$EMULATOR_URL, or http://127.0.0.1:3000"
    private static let answerBytesMax = 64 * 1024 * 1024

    let url: String

    /// - Parameters:
    ///   - path: Below `/_emulator/`, with its query.
    ///   - deadlineMs: Nil waits for as long as it takes.
    /// - Returns: The answer.
    func call(
        _ method: String, _ path: String, deadlineMs: Int? = 60_000
    ) throws(Failure) -> JSONValue {
        let response = try send(method, path, deadlineMs: deadlineMs)
        guard response.status == 200, let answer = Self.parse(response.body) else {
            throw failure(response)
        }
        return answer
    }

    /// Hands on an answer that is no JSON, as it comes and for as long as it comes.
    func take(
        _ path: String, _ take: @escaping (UnsafeRawBufferPointer) -> Void
    ) throws(Failure) {
        let response = try send("GET", path, deadlineMs: nil, take: take)
        guard response.status == 200 else { throw failure(response) }
    }

    private func send(
        _ method: String, _ path: String, deadlineMs: Int?,
        take: ((UnsafeRawBufferPointer) -> Void)? = nil
    ) throws(Failure) -> HTTPResponse {
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        do throws(HTTPClientError) {
            let connection = try HTTPConnection(
                limits: HTTPLimits(
                    deadlineMs: deadlineMs, connectMs: 5_000,
                    responseBytesMax: Self.answerBytesMax, truncateInsteadOfFail: false),
                policy: .unrestricted, userAgent: "lambda-emulator")
            let request = HTTPRequest(
                method: method, url: "\(base)/_emulator/\(path)",
                fields: [HTTPField("X-Emulator-Request", "lambda-emulator")])
            guard let take else { return try connection.send(request) }
            return try connection.send(request, take: take)
        } catch {
            throw Failure(url, error)
        }
    }

    private static func parse(_ body: [UInt8]) -> JSONValue? {
        try? StrictJSON.parse(
            body, limits: JSONLimits(bytesMax: answerBytesMax, depthMax: JSONLimits.depthCeiling))
    }

    private func failure(_ response: HTTPResponse) -> Failure {
        let message = Self.parse(response.body)?["message"]?.string
        return Failure(
            line: message ?? "\(url): no emulator: it answers \(response.status)", status: 1)
    }
}
