import StrictJSON

@testable import LambdaRuntime

/// A streaming handler that does what the event, an array of texts, says step by step.
struct ScriptedStream: LambdaStreamingHandler {
    init(_ initialization: LambdaInitialization) {}

    func handle(
        _ event: JSONValue, _ response: LambdaResponseWriter, _ context: LambdaContext
    ) async throws {
        for step in event.array ?? [] {
            let words = (step.string ?? "").split(separator: " ", maxSplits: 1).map(String.init)
            let argument = words.count > 1 ? words[1] : ""
            switch words[0] {
            case "write": try await response.write(argument)
            case "bytes": try await response.write(argument.utf8.lazy.map { $0 })
            case "begin": try await response.begin(contentType: argument)
            case "prelude": try await response.begin(Self.prelude)
            case "wait": await HeldHandler.gate(argument).wait()
            case "fill": try await Self.fill(response, argument)
            case "try": _ = try? await response.write(argument)
            case "sleep": try await Task.sleep(for: .seconds(3600))
            case "throw": throw SpokenError()
            default: throw PlainError.full
            }
        }
    }

    static let prelude = HTTPResponsePrelude(
        statusCode: 201, headers: ["Content-Type": "text/plain"],
        multiValueHeaders: ["X-B": ["1", "2"], "X-A": []], cookies: ["a=1; Secure"])

    /// Writes so many times a megabyte.
    private static func fill(_ response: LambdaResponseWriter, _ megabytes: String) async throws {
        let megabyte = [UInt8](repeating: 0x78, count: 1024 * 1024)
        for _ in 0..<(Int(megabytes) ?? 0) { try await response.write(megabyte) }
    }
}
