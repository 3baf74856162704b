import LambdaRuntime
import StrictJSON

struct Numbers: LambdaStreamingHandler {
    init(_ initialization: LambdaInitialization) {}

    func handle(
        _ event: JSONValue, _ response: LambdaResponseWriter, _ context: LambdaContext
    ) async throws {
        for number in (1...3).reversed() { try await response.write("\(number)\n") }
    }
}

struct Merged: LambdaStreamingHandler {
    init(_ initialization: LambdaInitialization) {}

    func handle(
        _ event: JSONValue, _ response: LambdaResponseWriter, _ context: LambdaContext
    ) async throws {
        try await response.begin(contentType: "text/plain")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for source in ["north", "south"] {
                group.addTask { try await response.write("\(source)\n") }
            }
            try await group.waitForAll()
        }
    }
}
