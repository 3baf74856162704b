import TestSupport
import LambdaRuntime
import StrictJSON
import TTSR
import TableStore
import Testing

@Suite("POST /v1/score")
struct ScoreFunctionTests {
    private let harness: Harness

    init() throws {
        harness = try Harness()
    }

    @Test("The answer has the members of the contract, in order")
    func answer() async throws {
        let token = try await harness.token()
        let response = try await harness.score(
            #"{"event_id":"trip-1","source":"flight","signals":"#
                + #"{"delay":0.7,"weather":0.5,"geo":0.2,"payment_anomaly":0}}"#, token: token)
        let hash = try PublishedCard.travel().hash
        #expect(
            response.body == #"{"event_id":"trip-1","score":38.5,"action":"review","#
                + #""score_version":"v0_rules","card":"travel","card_hash":"\#(hash)","#
                + #""reasons":[{"code":"DELAY_HIGH","factor":"delay","points":21.0},"#
                + #"{"code":"WEATHER_SEVERE","factor":"weather","points":12.5},"#
                + #"{"code":"GEO_RISK","factor":"geo","points":5.0}],"#
                + #""trace_id":"1-6740e2a0-0123456789abcdef01234567"}"#)
        #expect(response.headers["RateLimit-Policy"] == "\"default\";q=600;w=60")
        #expect(response.headers["RateLimit"] == "\"default\";r=599;t=60")
        #expect(response.headers["Idempotent-Replayed"] == nil)
    }

    @Test(
        "Actions change at their exact edges",
        arguments: [
            (#"{"delay":0,"weather":0,"geo":0,"payment":0}"#, "0.0", "allow"),
            (#"{"delay":0.93,"weather":0,"geo":0.08,"payment":0}"#, "29.9", "allow"),
            (#"{"delay":1,"weather":0,"geo":0,"payment":0}"#, "30.0", "review"),
            (#"{"delay":0.333333,"weather":0,"geo":0,"payment":1}"#, "30.0", "review"),
            (#"{"delay":1,"weather":1,"geo":0.196,"payment":0}"#, "59.9", "review"),
            (#"{"delay":1,"weather":1,"geo":0.2,"payment":0}"#, "60.0", "hold"),
            (#"{"delay":1,"weather":1,"geo":1,"payment":1}"#, "100.0", "hold"),
        ])
    func edges(signals: String, score: String, action: String) async throws {
        let token = try await harness.token()
        let response = try await harness.score(
            #"{"source":"flight","signals":\#(signals)}"#, token: token)
        #expect(response.statusCode == 200)
        #expect(response.body.contains(#""score":\#(score),"action":"\#(action)""#))
    }

    @Test("Every missing signal says so with a reason of 0 points")
    func missingSignals() async throws {
        let token = try await harness.token()
        let body = try json(
            await harness.score(#"{"source":"bus","signals":{"weather":1}}"#, token: token))
        let reasons = try #require(body["reasons"]?.array)
        let points = Dictionary(
            uniqueKeysWithValues: reasons.compactMap { reason in
                reason["code"]?.string.map { ($0, reason["points"]?.number?.text) }
            })
        #expect(
            points == [
                "WEATHER_SEVERE": "25.0", "DELAY_UNKNOWN": "0.0", "GEO_UNKNOWN": "0.0",
                "PAYMENT_UNKNOWN": "0.0",
            ])
        #expect(body["event_id"]?.string?.hasPrefix("trip_") == true)
    }

    @Test("The points of the reasons add up to the score, exactly")
    func reasonsAddUp() async throws {
        let token = try await harness.token()
        let steps = ["0", "0.001", "0.0133", "0.333333", "0.5", "0.666667", "0.98", "1"]
        for (index, delay) in steps.enumerated() {
            for (other, geo) in steps.enumerated() {
                let weather = steps[(index + other) % steps.count]
                let response = try await harness.score(
                    #"{"source":"car","signals":{"delay":\#(delay),"weather":\#(weather),"#
                        + #""geo":\#(geo),"payment":\#(other % 2)}}"#,
                    token: token, key: "k\(index)-\(other)")
                let body = try json(response)
                let sum = try #require(body["reasons"]?.array).reduce(0) { sum, reason in
                    sum + (tenths(reason["points"]) ?? 10_000)
                }
                #expect(sum == tenths(body["score"]))
            }
        }
    }

    @Test("A replay is the stored answer byte for byte, with fresh fields")
    func replay() async throws {
        let token = try await harness.token()
        let body = #"{"source":"flight","signals":{"delay":1}}"#
        let first = try await harness.score(body, token: token)
        let second = try await harness.score(body, token: token, key: "\"k\"")
        #expect(second.statusCode == 200)
        #expect(second.body == first.body)
        #expect(second.headers["Idempotent-Replayed"] == "true")
        #expect(second.headers["RateLimit"] == "\"default\";r=598;t=60")
        let other = try await harness.score(
            #"{"source":"rail","signals":{"delay":1}}"#, token: token)
        #expect(other.statusCode == 409)
        #expect(try json(other)["code"] == "idempotency_key_reused")
        let stored = try await harness.rows(ServiceTables.idempotency)
        #expect(stored.count == 1)
    }

    @Test("Parallel requests with one key are all answered 200 with one body; one was scored")
    func parallel() async throws {
        try await harness.addEndpoint("ep_1")
        let token = try await harness.token()
        let responses = try await withThrowingTaskGroup(of: HTTPAPIResponse.self) { group in
            for _ in 0..<50 {
                group.addTask { [harness] in
                    try await harness.score(#"{"source":"bus","signals":{}}"#, token: token)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(responses.allSatisfy { $0.statusCode == 200 })
        #expect(Set(responses.map(\.body)).count == 1)
        #expect(responses.filter { $0.headers["Idempotent-Replayed"] == nil }.count == 1)
        #expect(Set(responses.map { $0.headers["RateLimit"] }).count == 50)
        #expect(try await harness.rows(ServiceTables.idempotency).count == 1)
        #expect(try await harness.rows(ServiceTables.events).count == 2)
    }

    @Test("A replay is refused to a client that has lost the scope")
    func replayWithoutScope() async throws {
        let token = try await harness.token()
        let body = #"{"source":"flight","signals":{}}"#
        _ = try await harness.score(body, token: token)
        _ = try await harness.store.update(
            ["client_id": "app"], in: ServiceTables.clients.name, [.set("scopes", .list([]))])
        let refused = try await harness.score(body, token: token)
        #expect(refused.statusCode == 403)
        #expect(try json(refused)["event_id"] == nil)
    }

    @Test("A body in base 64 is the same request")
    func base64() async throws {
        let token = try await harness.token()
        let body = #"{"source":"flight","signals":{}}"#
        let first = try await harness.score(body, token: token)
        var request = HTTPAPIRequest(
            routeKey: "POST /v1/score", rawPath: "/v1/score",
            headers: [
                "authorization": "Bearer \(token)", "idempotency-key": "k",
                "content-type": "Application/JSON ; charset=utf-8",
            ], body: "eyJzb3VyY2UiOiJmbGlnaHQiLCJzaWduYWxzIjp7fX0=", isBase64Encoded: true)
        #expect(try await harness.answer(request).body == first.body)
        request.body = "not base 64"
        let refused = try await harness.answer(request)
        #expect(refused.statusCode == 400)
        #expect(try json(refused)["code"] == "malformed_body")
    }

    @Test("The request after the last of a minute is answered 429, and not scored")
    func rateLimited() async throws {
        let token = try await harness.token(rateLimit: 2)
        let body = #"{"source":"flight","signals":{}}"#
        for key in ["a", "b"] {
            #expect(try await harness.score(body, token: token, key: key).statusCode == 200)
        }
        harness.clock.advance(seconds: 20)
        let third = try await harness.score(body, token: token, key: "c")
        #expect(third.statusCode == 429)
        #expect(third.headers["Retry-After"] == "40")
        #expect(third.headers["RateLimit"] == "\"default\";r=0;t=40")
        #expect(try await harness.rows(ServiceTables.idempotency).count == 2)
        harness.clock.advance(seconds: 40)
        #expect(try await harness.score(body, token: token, key: "c").statusCode == 200)
    }

    /// A number with one decimal, in tenths.
    private func tenths(_ value: JSONValue?) -> Int64? {
        guard let text = value?.number?.text, text.dropLast().last == "." else { return nil }
        return Int64(text.filter { $0 != "." })
    }
}
