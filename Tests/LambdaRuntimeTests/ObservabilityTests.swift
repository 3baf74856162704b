import StrictJSON
import Testing

@testable import LambdaRuntime

@Suite("Log lines, metrics, context")
struct ObservabilityTests {
    @Test("a log line is one JSON object with the invocation's ids and the fields in order")
    func line() {
        let lines = LogLines()
        let logger = lines.logger().with(requestID: "r-1", traceID: "Root=1")
        logger.info("scored", ["score": 38, "action": "review", "text": "a\nb"])
        #expect(
            lines.all == [
                #"{"timestamp":"2023-11-14T22:13:20.123Z","level":"INFO","message":"scored","#
                    + #""requestId":"r-1","traceId":"Root=1","score":38,"#
                    + #""action":"review","text":"a\nb"}"#
                    + "\n"
            ])
    }

    @Test("lighter messages than the minimum are dropped; the environment sets the minimum")
    func levels() {
        let lines = LogLines()
        let logger = lines.logger(.warning)
        logger.debug("a")
        logger.info("b")
        logger.warning("c")
        logger.error("d")
        logger.trace("e")
        logger.fatal("f")
        #expect(lines.all.count == 3)
        let levels = ["TRACE", "DEBUG", "INFO", "warn", "ERROR", "Fatal", "other"].map {
            LambdaLogger.Level(LambdaEnvironment(["AWS_LAMBDA_LOG_LEVEL": $0]))
        }
        #expect(levels == [.trace, .debug, .info, .warning, .error, .fatal, .info])
        #expect(LambdaLogger.Level(LambdaEnvironment([:])) == .info)
    }

    @Test("a text line has the same parts between tabs, and no value can break it")
    func textLine() {
        let lines = LogLines()
        let logger = lines.logger(format: .text)
        logger.info("started")
        logger.with(requestID: "r-1", traceID: "Root=1").error(
            "failed", ["text": "a\n\tb", "count": 2])
        let time = "2023-11-14T22:13:20.123Z"
        #expect(
            lines.all == [
                "\(time)\t-\tINFO\tstarted\n",
                "\(time)\tr-1\tERROR\tfailed\ttext=\"a\\n\\tb\"\tcount=2\n",
            ])
    }

    @Test(
        "the environment sets the form of lines; invocations at once always log JSON",
        arguments: [
            (nil, nil, LambdaLogger.Format.json), ("JSON", nil, .json), ("Text", nil, .text),
            ("text", "1", .text), ("Text", "2", .json), ("other", nil, .json),
        ])
    func format(_ format: String?, _ concurrency: String?, _ expected: LambdaLogger.Format) {
        var variables = ["AWS_LAMBDA_LOG_FORMAT": format]
        variables["AWS_LAMBDA_MAX_CONCURRENCY"] = concurrency
        let environment = LambdaEnvironment(variables.compactMapValues { $0 })
        #expect(LambdaLogger.Format(environment) == expected)
    }

    @Test(
        "times are written in UTC across leap days and before 1970",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_001, "2024-02-29T23:59:59.001Z"),
            (1_709_251_200_000, "2024-03-01T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (1_767_225_599_000, "2025-12-31T23:59:59.000Z"),
        ])
    func timestamps(_ unixMs: Int64, _ text: String) { #expect(Timestamp.text(unixMs) == text) }

    @Test("metrics are one line in the embedded metric format")
    func metrics() {
        let lines = LogLines()
        let metrics = LambdaMetrics(namespace: "TTSR", logger: lines.logger(), now: { 7 })
        metrics.emit(
            [.init("Scored", 1), .init("Duration", 12, .milliseconds)],
            dimensions: ["Function": "score"])
        #expect(
            lines.all == [
                #"{"_aws":{"Timestamp":7,"CloudWatchMetrics":[{"Namespace":"TTSR","#
                    + #""Dimensions":[["Function"]],"#
                    + #""Metrics":[{"Name":"Scored","Unit":"Count"},"#
                    + #"{"Name":"Duration","Unit":"Milliseconds"}]}]},"#
                    + #""Function":"score","Scored":1,"Duration":12}"# + "\n"
            ])
        metrics.emit([])
        #expect(lines.all.count == 2)
        #expect(lines.all[1].contains("WARN"))
    }

    @Test("the time left never falls below zero")
    func remainingTime() {
        let context = LambdaContext(deadline: 1500, now: { 1000 })
        #expect(context.remainingTime == .milliseconds(500))
        #expect(LambdaContext(deadline: 1500, now: { 2000 }).remainingTime == .zero)
        #expect(LambdaContext(now: { -1 }).remainingTime == .milliseconds(Int64.max))
    }

    @Test("a handler is run in the test's own process, without a platform")
    func invoke() async throws {
        let initialization = LambdaInitialization(environment: LambdaEnvironment([:]))
        let handler = CodableHandler(initialization)
        let answer = try await handler.invoke(payload: Array(#"{"values":[1,2,3]}"#.utf8))
        #expect(String(decoding: answer, as: UTF8.self) == #"{"sum":6}"#)
        let nothing = NoOutput().lambdaPayload()
        #expect(String(decoding: nothing, as: UTF8.self) == "null")
    }
}
