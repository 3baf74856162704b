import StrictJSON
import Testing

@testable import LambdaRuntime

@Test func greeterGreets() async throws {
    let greeter = try Greeter(
        LambdaInitialization(environment: LambdaEnvironment(["GREETING": "Good morning"])))
    let request = HTTPAPIRequest(queryStringParameters: ["name": "Ada"])
    let answer = try greeter.handle(request, LambdaContext())
    #expect(answer.statusCode == 200)
    #expect(answer.body == "Good morning, Ada")
    await #expect(throws: GreeterError.noName) {
        try await greeter.invoke(payload: HTTPAPIRequest().lambdaPayload())
    }
}

@Test func numbersAreStreamed() async throws {
    let numbers = Numbers(LambdaInitialization(environment: LambdaEnvironment([:])))
    let answer = try await numbers.invoke(payload: Array("null".utf8))
    #expect(answer.pieces == [Array("3\n".utf8), Array("2\n".utf8), Array("1\n".utf8)])
}

/// The documentation's other examples do what it says of them.
@Suite struct ExampleTests {
    private let initialization = LambdaInitialization(environment: LambdaEnvironment([:]))

    @Test func helloSaysHello() async throws {
        let answer = try await Hello(initialization).invoke(payload: Array("{}".utf8))
        #expect(answer == Array(#""hello""#.utf8))
    }

    @Test func greeterWithoutAGreetingFailsInItsInitPhase() {
        #expect(throws: GreeterError.noGreeting) { try Greeter(initialization) }
    }

    @Test func totalsAddUp() async throws {
        let answer = try await Totals(initialization).invoke(
            payload: Array(#"{"prices": [1, 2, 3]}"#.utf8))
        #expect(answer == Array(#"{"total":6}"#.utf8))
    }

    @Test func severalTasksWriteWholePieces() async throws {
        let answer = try await Merged(initialization).invoke(payload: Array("null".utf8))
        #expect(answer.contentType == "text/plain")
        #expect(Set(answer.pieces) == [Array("north\n".utf8), Array("south\n".utf8)])
    }

    @Test func countsAreSavedAtTheEnd() async throws {
        let counting = Counting(initialization)
        #expect(try await counting.invoke(payload: Array("1".utf8)) == Array("1".utf8))
        #expect(try await counting.invoke(payload: Array("1".utf8)) == Array("2".utf8))
        await counting.shutdown()
    }

    @Test func promptStopsWhenItsTaskIsCancelled() async throws {
        let prompt = Prompt(initialization)
        #expect(Prompt.deadlineMargin == .milliseconds(200))
        let answer = try await prompt.invoke(payload: Array(#"{"count":4}"#.utf8))
        #expect(answer == Array("6".utf8))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await #expect(throws: CancellationError.self) {
                try await prompt.invoke(payload: Array(#"{"count":9000000000000}"#.utf8))
            }
        }
        await task.value
    }
}
