import StrictJSON

@testable import LambdaRuntime

/// Waits for its cancellation in the way that the event names, once it has opened the gate of the
/// event's name; tells whether its task is cancelled.
struct PatientHandler: LambdaHandler {
    init(_ initialization: LambdaInitialization) {}

    func handle(_ event: JSONValue, _ context: LambdaContext) async throws -> JSONValue {
        let name = event.string ?? ""
        guard name.contains("-") else { return .bool(Task.isCancelled) }
        HeldHandler.gate(name).open()
        do {
            // Far longer than the test may run: only the cancellation ends it.
            try await Task.sleep(for: .seconds(3600))
        } catch {
            if name.hasPrefix("throw") { throw SpokenError() }
            if name.hasPrefix("sleep") { throw error }
        }
        return .bool(Task.isCancelled)
    }
}
