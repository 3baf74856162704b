import TestSupport
import LambdaRuntime
import StrictJSON
import TTSR
import Testing

@Suite("Bad input")
struct BadInputTests {
    /// A value that no answer may contain.
    private static let secret = "Jane-Doe-4711"

    private static let bodies: [(body: String, status: Int, code: String, error: String)] = [
        (#"{"source":"\#(secret)","signals""#, 400, "malformed_json", "syntax "),
        (#"{"source":"\#(secret)","source":"x"}"#, 400, "malformed_json", "duplicate /source"),
        (#"{"signals":{"delay":NaN}}"#, 400, "malformed_json", "syntax /signals/delay"),
        (
            #"{"signals":[[[[[[[[1]]]]]]]]}"#, 400, "malformed_json",
            "too_deep /signals/0/0/0/0/0/0/0"
        ),
        (
            #"{"source":"bus","signals":{},"\#(secret)":1}"#, 422, "validation_failed",
            "field_unknown "
        ),
        (
            #"{"source":"\#(secret)","signals":{}}"#, 422, "validation_failed",
            "source_unknown /source"
        ),
        (
            #"{"source":"bus","signals":{"delay":"\#(secret)"}}"#, 422, "validation_failed",
            "signal_type /signals/delay"
        ),
        (
            #"{"source":"bus","signals":{"\#(secret)":1}}"#, 422, "validation_failed",
            "signal_unknown /signals"
        ),
        (
            #"{"source":"bus","signals":{"delay":4711e-4}}"#, 422, "validation_failed",
            "signal_exponent /signals/delay"
        ),
        (
            #"{"source":"bus","signals":{"delay":0.4711471}}"#, 422, "validation_failed",
            "signal_precision /signals/delay"
        ),
        (
            #"{"source":"bus","signals":{"delay":4711}}"#, 422, "validation_failed",
            "signal_range /signals/delay"
        ),
        (#"{"source":"bus"}"#, 422, "validation_failed", "field_required /signals"),
        (
            #"{"event_id":"\#(secret) x","source":"bus","signals":{}}"#, 422,
            "validation_failed", "event_id_invalid /event_id"
        ),
    ]

    @Test("A bad body is a problem that names the place, never the value", arguments: bodies)
    func badBody(body: String, status: Int, code: String, error: String) async throws {
        let harness = try Harness()
        let token = try await harness.token()
        let response = try await harness.score(body, token: token)
        let problem = try json(response)
        #expect(response.statusCode == status)
        #expect(response.headers["Content-Type"] == "application/problem+json")
        #expect(problem["code"]?.string == code)
        #expect(problem["type"]?.string == "urn:ttsr:problem:\(code)")
        #expect(problem["title"]?.string?.isEmpty == false)
        let errors = problem["errors"]?.array?.map {
            "\($0["code"]?.string ?? "") \($0["pointer"]?.string ?? "")"
        }
        #expect(errors == [error])
        #expect(!"\(response)".contains("4711"))
        #expect(!"\(response)".contains("Jane"))
        #expect(!harness.log.text.contains("4711"))
        try await expectNothingWritten(harness)
        // The key was not used up.
        let good = try await harness.score(#"{"source":"bus","signals":{}}"#, token: token)
        #expect(good.statusCode == 200)
        #expect(good.headers["Idempotent-Replayed"] == nil)
    }

    @Test(
        "A bad field is a problem",
        arguments: [
            ("idempotency-key", "", 400, "idempotency_key_invalid"),
            ("idempotency-key", "a b", 400, "idempotency_key_invalid"),
            ("idempotency-key", "a,a", 400, "idempotency_key_invalid"),
            (
                "idempotency-key", String(repeating: "k", count: 256), 400,
                "idempotency_key_invalid"
            ),
            ("content-type", "text/plain", 415, "unsupported_media_type"),
            ("content-type", "", 415, "unsupported_media_type"),
            ("content-type", ";application/json", 415, "unsupported_media_type"),
            ("content-type", "appli cation/json", 415, "unsupported_media_type"),
            ("content-type", "application/json, text/plain", 415, "unsupported_media_type"),
            ("authorization", "Bearer x.y.z", 401, "token_invalid"),
            ("authorization", "", 401, "token_invalid"),
        ])
    func badField(name: String, value: String, status: Int, code: String) async throws {
        let harness = try Harness()
        let token = try await harness.token()
        let response = try await harness.score(
            #"{"source":"bus","signals":{}}"#, token: token, headers: [name: value])
        #expect(response.statusCode == status)
        #expect(try json(response)["code"]?.string == code)
        try await expectNothingWritten(harness)
    }

    @Test("A body of 64 KiB is read, one of a byte more is answered 413")
    func size() async throws {
        let harness = try Harness()
        let token = try await harness.token()
        let request = #"{"source":"bus","signals":{}}"#
        let padding = String(repeating: " ", count: 65_536 - request.utf8.count)
        let large = try await harness.score(request + padding + " ", token: token)
        #expect(large.statusCode == 413)
        #expect(try json(large)["code"] == "body_too_large")
        let huge = try await harness.score(
            request + String(repeating: " ", count: 200_000), token: token)
        #expect(huge.statusCode == 413)
        #expect(try await harness.score(request + padding, token: token).statusCode == 200)
    }

    @Test("A taken event, an expired token, a missing scope: 409, 401, 403")
    func refused() async throws {
        let harness = try Harness()
        let token = try await harness.token()
        let body = #"{"event_id":"trip-1","source":"bus","signals":{}}"#
        _ = try await harness.score(body, token: token, key: "a")
        let taken = try await harness.score(body, token: token, key: "b")
        #expect(taken.statusCode == 409)
        #expect(try json(taken)["code"] == "event_id_taken")
        let reader = try await harness.token("reader", scopes: [.eventsRead])
        let low = try await harness.score(body, token: reader, key: "c")
        #expect(low.statusCode == 403)
        #expect(try json(low)["code"] == "scope_missing")
        harness.clock.advance(seconds: 3_600)
        let late = try await harness.score(body, token: token, key: "d")
        #expect(late.statusCode == 401)
        #expect(try json(late)["code"] == "token_expired")
    }

    @Test(
        "A path of no route is 404, a route's path with another method 405 with Allow",
        arguments: [
            ("GET", "/v1/nowhere", 404, nil), ("GET", "/", 404, nil), ("GET", "", 404, nil),
            ("GET", "/v1/events/", 404, nil), ("GET", "/v1/events/a/b", 404, nil),
            ("GET", "/v1/score/", 404, nil), ("GET", "/v1/score", 405, "POST"),
            ("DELETE", "/v1/events/a", 405, "GET"), ("PUT", "/v1/oauth/token", 405, "POST"),
            ("POST", "/.well-known/jwks.json", 405, "GET"), ("POST", "/v1/health", 405, "GET"),
            ("GET", "/v1/webhooks/test", 405, "POST"),
        ] as [(String, String, Int, String?)])
    func routes(method: String, path: String, status: Int, allow: String?) async throws {
        let response = try await Harness().answer(
            HTTPAPIRequest(
                rawPath: path,
                requestContext: HTTPAPIRequest.Context(
                    http: HTTPAPIRequest.Context.HTTP(method: method, path: path))))
        #expect(response.statusCode == status)
        #expect(response.headers["Allow"] == allow)
        #expect(response.headers["Content-Type"] == "application/problem+json")
        let code = status == 404 ? "route_not_found" : "method_not_allowed"
        #expect(try json(response)["code"]?.string == code)
    }

    private func expectNothingWritten(_ harness: Harness) async throws {
        let events = try await harness.rows(ServiceTables.events).count
        let keys = try await harness.rows(ServiceTables.idempotency).count
        #expect(events == 0)
        #expect(keys == 0)
    }
}
