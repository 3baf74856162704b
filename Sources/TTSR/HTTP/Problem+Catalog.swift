package import Crypto
package import TableStore

/// Every problem there is: the code is stable, the status belongs to the code.
extension Problem {
    package static let malformedJSON = Problem(
        400, "malformed_json", "The body is not JSON that can be read.")
    package static let malformedBody = Problem(
        400, "malformed_body", "The body is not the base 64 that the request says it is.")
    package static let invalidRequest = Problem(
        422, "validation_failed", "The body is JSON, but not a valid request.")
    package static let bodyTooLarge = Problem(
        413, "body_too_large", "The body is larger than the route takes.")
    package static let unsupportedMediaType = Problem(
        415, "unsupported_media_type", "The body's Content-Type is not the one the route takes.")
    package static let keyRequired = Problem(
        400, "idempotency_key_required", "The request needs an Idempotency-Key field.")
    package static let keyInvalid = Problem(
        400, "idempotency_key_invalid",
        "The Idempotency-Key must be 1 to 255 visible ASCII characters without a comma.")
    package static let keyReused = Problem(
        409, "idempotency_key_reused", "The Idempotency-Key was used with another payload.")
    package static let eventTaken = Problem(
        409, "event_id_taken", "Another request has scored an event with this event_id.")
    package static let eventUnknown = Problem(
        404, "event_not_found", "There is no event with this id.")
    package static let endpointUnknown = Problem(
        404, "endpoint_not_found", "There is no webhook endpoint with this id.")
    package static let routeUnknown = Problem(
        404, "route_not_found", "There is no such route.")
    package static let `internal` = Problem(
        500, "internal_error", "The request could not be answered.")

    /// - Parameter allowed: the methods that the route has.
    package static func methodNotAllowed(_ allowed: [String]) -> Problem {
        Problem(405, "method_not_allowed", "The route does not have this method.")
            .with("Allow", allowed.joined(separator: ", "))
    }

    /// No credentials: RFC 6750 has no error code for it.
    package static let tokenMissing = Problem(
        401, "token_required", "The request needs an access token."
    ).with("WWW-Authenticate", "Bearer realm=\"ttsr\"")

    package static let tokenInvalid = Problem(
        401, "token_invalid", "The access token is not valid."
    ).with("WWW-Authenticate", "Bearer realm=\"ttsr\", error=\"invalid_token\"")

    package static let tokenExpired = Problem(
        401, "token_expired", "The access token has expired."
    ).with("WWW-Authenticate", "Bearer realm=\"ttsr\", error=\"invalid_token\"")

    package static func scopeMissing(_ scope: Scope) -> Problem {
        Problem(403, "scope_missing", "The access token does not have the scope of this route.")
            .with(
                "WWW-Authenticate",
                "Bearer realm=\"ttsr\", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\"")
    }

    package static func rateLimited(_ state: RateLimitState) -> Problem {
        var problem = Problem(429, "rate_limited", "The client has used up its requests for now.")
        problem.fields = state.fields
        return problem.with("Retry-After", String(state.resetSeconds))
    }

    /// What a failure of the store means to the caller. Nothing was written.
    package init(_ error: TableStoreError) {
        self =
            switch error {
            case .busy:
                Problem(503, "store_busy", "The store is busy; nothing was written.")
                    .with("Retry-After", "1")
            case .full:
                Problem(503, "store_full", "The store is full; nothing was written.")
                    .with("Retry-After", "60")
            case .unavailable, .corrupt:
                Problem(503, "store_unavailable", "The store is away; nothing was written.")
                    .with("Retry-After", "5")
            case .conditionFailed, .transactionCancelled, .invalid, .tooLarge, .unknownTable:
                .internal
            }
    }

    /// What a refused token means to the caller.
    package init(_ error: JSONWebTokenError) {
        self = error == .expired ? .tokenExpired : .tokenInvalid
    }

    /// What a refused body means to the caller.
    package init(_ error: RequestError) {
        self =
            switch error {
            case .malformed(let place): .malformedJSON.with([place])
            case .tooLarge: .bodyTooLarge
            case .invalid(let places): .invalidRequest.with(places)
            }
    }

    /// What a refused request for a token means to the caller (RFC 6749, section 5.2).
    package init(_ error: TokenError) {
        let unauthorized = if case .invalidClient = error { true } else { false }
        var problem = Problem(
            unauthorized ? 401 : 400, error.code, "The request for a token was refused.")
        problem.oauthError = error.code
        self =
            error == .invalidClient(usedHeader: true)
            ? problem.with("WWW-Authenticate", "Basic realm=\"ttsr\"") : problem
    }
}
