import Testing

@testable import LambdaEmulator

@Suite("Partial batch answers")
struct ItemFailuresTests {
    @Test(
        "what an answer says",
        arguments: [
            ("", ItemFailures.none), ("null", .none), ("{}", .none), ("7", .none),
            (#"{"batchItemFailures":[]}"#, .none), (#"{"batchItemFailures":null}"#, .none),
            (#"{"batchItemFailures":[{"itemIdentifier":"a"}]}"#, .some(["a"])),
            (
                #"{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}"#,
                .some(["a", "b"])
            ),
            (#"{"batchItemFailures":[{"itemIdentifier":"c"}]}"#, .all),
            (#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, .all),
            (#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, .all),
            (#"{"batchItemFailures":[{"id":"a"}]}"#, .all),
            (#"{"batchItemFailures":"a"}"#, .all), ("no JSON", .all),
        ])
    func reads(answer: String, failures: ItemFailures) {
        #expect(ItemFailures(answer: Array(answer.utf8), identifiers: ["a", "b"]) == failures)
    }
}
