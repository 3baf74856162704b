import HTTPClient
import StrictJSON
import Testing

/// Every bad input over real HTTP: problem details with the right status and code, through the
/// same front that an API gateway is.
@Suite(.serialized, .timeLimit(.minutes(5))) struct BadInputTests {
    private struct Case {
        let name: String
        let status: Int
        let code: String
        var pointer: String?
        var fieldCode: String?
        let request: HTTPRequest
    }

    @Test func everyBadInputIsAProblem() async throws {
        let emulator = try RunningEmulator(Workspace())
        let token = try await emulator.token()
        for bad in cases(emulator, token) {
            let answer = try await emulator.send([bad.request])[0].get()
            #expect(answer.status == bad.status, "\(bad.name)")
            #expect(answer.field("content-type") == "application/problem+json", "\(bad.name)")
            let problem = try StrictJSON.parse(answer.body)
            #expect(problem["code"]?.string == bad.code, "\(bad.name)")
            #expect(problem["status"]?.number?.integer == Int64(bad.status), "\(bad.name)")
            #expect(problem["type"]?.string?.isEmpty == false, "\(bad.name)")
            #expect(problem["title"]?.string?.isEmpty == false, "\(bad.name)")
            let traceID = try #require(problem["trace_id"]?.string)
            #expect(answer.field("x-amzn-trace-id")?.contains(traceID) == true, "\(bad.name)")
            if let fieldCode = bad.fieldCode {
                let errors = problem["errors"]?.array ?? []
                #expect(errors.first?["code"]?.string == fieldCode, "\(bad.name)")
                #expect(errors.first?["pointer"]?.string == bad.pointer, "\(bad.name)")
            }
            #expect(!String(decoding: answer.body, as: UTF8.self).contains("SECRET"), "\(bad.name)")
        }
        // None of it used up its key or left an event.
        let listed = try Command.ttsr(emulator.workspace, "audit", "verify")
        #expect(listed.output == "verified 0 trails, 0 entries: every link holds\n")
        #expect(emulator.stop() == 0)
    }

    private func cases(_ emulator: RunningEmulator, _ token: String) -> [Case] {
        func score(
            _ name: String, _ status: Int, _ code: String, _ body: String,
            _ pointer: String? = nil, _ fieldCode: String? = nil
        ) -> Case {
            Case(
                name: name, status: status, code: code, pointer: pointer, fieldCode: fieldCode,
                request: emulator.scoreRequest(token: token, key: "k", body: body))
        }
        func other(
            _ name: String, _ status: Int, _ code: String, _ method: String, _ path: String,
            _ fields: [String: String], _ body: String? = nil
        ) -> Case {
            Case(
                name: name, status: status, code: code,
                request: emulator.request(method, path, fields, body))
        }
        func signals(_ text: String) -> String { #"{"source": "flight", "signals": \#(text)}"# }
        let good = signals(#"{"delay": 0.5}"#)
        let bearer = ["Authorization": "Bearer \(token)"]
        let json = bearer.merging(["Content-Type": "application/json"]) { $1 }
        let keyed = json.merging(["Idempotency-Key": "k"]) { $1 }
        let nested = String(repeating: "[", count: 9) + String(repeating: "]", count: 9)
        let huge = signals(#"{"delay": "\#(String(repeating: "x", count: 66_000))"}"#)
        let tampered = String(token.dropLast(3)) + "abc"
        return [
            score("malformed", 400, "malformed_json", #"{"source": "#, "/source", "syntax"),
            score("empty", 400, "malformed_json", " ", "", "syntax"),
            score("NaN", 400, "malformed_json", signals(#"{"delay": NaN}"#)),
            score(
                "duplicate", 400, "malformed_json", #"{"source": "rail", "source": "SECRET"}"#,
                "/source", "duplicate"),
            score(
                "nested", 400, "malformed_json", signals(nested), "/signals/0/0/0/0/0/0/0",
                "too_deep"),
            score(
                "unknown field", 422, "validation_failed",
                #"{"passenger": "SECRET", "source": "rail", "signals": {}}"#, "/passenger",
                "field_unknown"),
            score(
                "unknown signal", 422, "validation_failed", signals(#"{"speed": "SECRET"}"#),
                "/signals/speed", "signal_unknown"),
            score(
                "free text", 422, "validation_failed", signals(#"{"delay": "SECRET"}"#),
                "/signals/delay", "signal_type"),
            score(
                "exponent", 422, "validation_failed", signals(#"{"delay": 7e-1}"#),
                "/signals/delay", "signal_exponent"),
            score(
                "decimals", 422, "validation_failed", signals(#"{"delay": 0.1234567}"#),
                "/signals/delay", "signal_precision"),
            score(
                "range", 422, "validation_failed", signals(#"{"geo": -0.01}"#),
                "/signals/geo", "signal_range"),
            score(
                "alias twice", 422, "validation_failed",
                signals(#"{"payment": 1, "payment_anomaly": 1}"#), "/signals/payment_anomaly",
                "signal_duplicate"),
            score(
                "no signals", 422, "validation_failed", #"{"source": "rail"}"#, "/signals",
                "field_required"),
            score(
                "source", 422, "validation_failed", #"{"source": "SECRET", "signals": {}}"#,
                "/source", "source_unknown"),
            score(
                "event id", 422, "validation_failed",
                #"{"event_id": "a b", "source": "rail", "signals": {}}"#, "/event_id",
                "event_id_invalid"),
            score("too large", 413, "body_too_large", huge),
            other("no key", 400, "idempotency_key_required", "POST", "/v1/score", json, good),
            other(
                "bad key", 400, "idempotency_key_invalid", "POST", "/v1/score",
                json.merging(["Idempotency-Key": String(repeating: "k", count: 256)]) { $1 }, good),
            other(
                "media type", 415, "unsupported_media_type", "POST", "/v1/score",
                keyed.merging(["Content-Type": "text/plain"]) { $1 }, good),
            other("no token", 401, "token_required", "GET", "/v1/events/x", [:]),
            other(
                "forged", 401, "token_invalid", "GET", "/v1/events/x",
                ["Authorization": "Bearer \(tampered)"]),
            other("no event", 404, "event_not_found", "GET", "/v1/events/x", bearer),
            other("no route", 404, "route_not_found", "GET", "/v1/nowhere", bearer),
            other("method", 405, "method_not_allowed", "DELETE", "/v1/score", bearer),
            other(
                "no endpoint", 404, "endpoint_not_found", "POST", "/v1/webhooks/test", json,
                #"{"endpoint_id": "ep_1"}"#),
        ]
    }

    @Test func aTokenWithoutTheScopeIsForbidden() async throws {
        let workspace = try Workspace()
        let emulator = try RunningEmulator(workspace)
        let added = try Command.ttsr(
            workspace, "client", "add", "reader", "--secret", "reader-secret",
            "--scope", "events:read")
        #expect(added.status == 0)
        let answer = try await emulator.send(
            "POST", "/v1/oauth/token", ["Content-Type": "application/x-www-form-urlencoded"],
            "grant_type=client_credentials&client_id=reader&client_secret=reader-secret")
        let token = try #require(try StrictJSON.parse(answer.body)["access_token"]?.string)
        let refused = try await emulator.send([
            emulator.scoreRequest(token: token, key: "k", body: GoldenFlowTests.trip)
        ])[0].get()
        #expect(refused.status == 403)
        #expect(try GoldenFlowTests.code(refused) == "scope_missing")
        #expect(refused.field("www-authenticate")?.contains("insufficient_scope") == true)
        #expect(emulator.stop() == 0)
    }
}
