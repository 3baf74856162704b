import LambdaRuntime
import StrictJSON

struct Counting: LambdaHandler, LambdaShutdown {
    private let counts = Counts()
    init(_ initialization: LambdaInitialization) {}
    func handle(_ event: JSONValue, _ context: LambdaContext) async -> JSONValue {
        .number(JSONNumber(await counts.next()))
    }
    func shutdown() async { await counts.save() }
}

actor Counts {
    private(set) var count: Int64 = 0
    private(set) var saved: Int64 = 0

    func next() -> Int64 {
        count += 1
        return count
    }

    func save() { saved = count }
}
