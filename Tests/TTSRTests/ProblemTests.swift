import Crypto
import LambdaRuntime
import Scorecard
import StrictJSON
import TTSR
import TableStore
import Testing

@Suite("Problem details")
struct ProblemTests {
    private static let catalog: [(problem: Problem, status: Int, code: String)] = [
        (.malformedJSON, 400, "malformed_json"), (.malformedBody, 400, "malformed_body"),
        (.invalidRequest, 422, "validation_failed"), (.bodyTooLarge, 413, "body_too_large"),
        (.unsupportedMediaType, 415, "unsupported_media_type"),
        (.keyRequired, 400, "idempotency_key_required"),
        (.keyInvalid, 400, "idempotency_key_invalid"),
        (.keyReused, 409, "idempotency_key_reused"), (.eventTaken, 409, "event_id_taken"),
        (.eventUnknown, 404, "event_not_found"), (.endpointUnknown, 404, "endpoint_not_found"),
        (.routeUnknown, 404, "route_not_found"), (.internal, 500, "internal_error"),
        (.methodNotAllowed(["GET"]), 405, "method_not_allowed"),
        (.tokenMissing, 401, "token_required"), (.tokenInvalid, 401, "token_invalid"),
        (.tokenExpired, 401, "token_expired"), (.scopeMissing(.eventsRead), 403, "scope_missing"),
        (
            .rateLimited(RateLimitState(limit: 1, count: 2, resetSeconds: 9)), 429,
            "rate_limited"
        ),
        (Problem(TokenError.invalidRequest), 400, "invalid_request"),
        (Problem(TokenError.invalidScope), 400, "invalid_scope"),
        (Problem(TokenError.unsupportedGrantType), 400, "unsupported_grant_type"),
        (Problem(TokenError.invalidClient(usedHeader: true)), 401, "invalid_client"),
    ]

    @Test("Every problem has the members of RFC 9457 and ours, and no other", arguments: catalog)
    func shape(problem: Problem, status: Int, code: String) throws {
        let response = problem.response(traceID: "trace-1")
        #expect(response.statusCode == status)
        #expect(response.headers["Content-Type"] == "application/problem+json")
        #expect(response.headers["Cache-Control"] == "no-store")
        let body = try json(response)
        let names = ["type", "title", "status", "code", "trace_id"]
        let isOAuth = problem.oauthError != nil
        #expect(body.object?.map(\.name) == (isOAuth ? names + ["error"] : names))
        #expect(body["type"] == .string("urn:ttsr:problem:" + code))
        #expect(body["status"] == .number(JSONNumber(Int64(status))))
        #expect(body["code"] == .string(code))
        #expect(body["trace_id"] == "trace-1")
        #expect(body["title"]?.string?.hasSuffix(".") == true)
        #expect((response.headers["WWW-Authenticate"] != nil) == [401, 403].contains(status))
    }

    @Test("Errors are listed by pointer and code")
    func errors() throws {
        let problem = Problem(RequestError.invalid([FieldError(pointer: "/a", code: "x")]))
        #expect(
            try json(problem.response(traceID: "t"))["errors"] == [["pointer": "/a", "code": "x"]])
    }

    @Test(
        "Every failure of the store has its answer",
        arguments: [
            (.busy, 503, "store_busy", "1"), (.full, 503, "store_full", "60"),
            (.unavailable(code: 14), 503, "store_unavailable", "5"),
            (.corrupt, 503, "store_unavailable", "5"),
            (.conditionFailed, 500, "internal_error", nil),
            (.transactionCancelled([0]), 500, "internal_error", nil),
            (.invalid("of a table"), 500, "internal_error", nil),
            (.tooLarge("of a table"), 500, "internal_error", nil),
            (.unknownTable("of a table"), 500, "internal_error", nil),
        ] as [(TableStoreError, Int, String, String?)])
    func store(error: TableStoreError, status: Int, code: String, retryAfter: String?) throws {
        let response = Problem(error).response(traceID: "t")
        #expect(response.statusCode == status)
        #expect(try json(response)["code"]?.string == code)
        #expect(response.headers["Retry-After"] == retryAfter)
        #expect(!response.body.contains("of a table"))
    }

    @Test("Every fault of a token is one of two answers")
    func token() {
        let others: [JSONWebTokenError] = [
            .malformed, .algorithm, .type, .unknownKey, .signature, .issuer, .audience,
            .notYetValid,
        ]
        #expect(others.allSatisfy { Problem($0) == .tokenInvalid })
        #expect(Problem(JSONWebTokenError.expired) == .tokenExpired)
    }
}
