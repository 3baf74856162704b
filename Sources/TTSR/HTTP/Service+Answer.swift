import Crypto
package import LambdaRuntime
import Records
import StrictJSON
import TableStore

extension Service {
    /// Answers a request whatever happens: one place maps every error to problem details, logs
    /// what the caller is not told, and adds the fields that all answers have.
    ///
    /// - Parameter route: does the work; a thrown ``Problem`` is the answer.
    package func answer(
        _ request: HTTPAPIRequest, _ context: LambdaContext,
        _ route: (Call) async throws -> Answer
    ) async -> HTTPAPIResponse {
        let traceID = Call.traceID(context)
        var response: HTTPAPIResponse
        do {
            let call = Call(
                request: request, context: context, traceID: traceID, provider: provider)
            let answer = try await route(call)
            response = HTTPAPIResponse(
                statusCode: answer.status, headers: answer.fields, body: answer.body)
            if response.headers["Content-Type"] == nil {
                response.headers["Content-Type"] = "application/json"
            }
        } catch {
            response = problem(for: error, context).response(traceID: traceID)
        }
        response.headers["X-Amzn-Trace-Id"] = "Root=\(traceID)"
        context.logger.info(
            "answered", ["status": .number(JSONNumber(Int64(response.statusCode)))])
        return response
    }

    /// Answers a request of a client: its token must be good and have the route's scope, and its
    /// requests are counted.
    package func answer(
        _ request: HTTPAPIRequest, _ context: LambdaContext, scope: Scope,
        _ route: (Call, Principal) async throws -> Answer
    ) async -> HTTPAPIResponse {
        await answer(request, context) { call in
            let principal = try await authorize(call, scope)
            let state = try await RateLimiter(clock: clock).count(
                "client/\(principal.tenant)/\(principal.clientID)", limit: principal.rateLimit,
                in: try call.store)
            guard !state.isExceeded else { throw Problem.rateLimited(state) }
            do {
                var answer = try await route(call, principal)
                answer.fields.merge(state.fields) { own, _ in own }
                return answer
            } catch {
                var problem = problem(for: error, context)
                problem.fields.merge(state.fields) { own, _ in own }
                throw problem
            }
        }
    }

    private func authorize(_ call: Call, _ scope: Scope) async throws -> Principal {
        guard let field = call.field("authorization") else { throw Problem.tokenMissing }
        let parts = field.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Problem.tokenInvalid
        }
        let token = try await verifier.verify(
            String(parts[1]), now: clock.nowMs() / 1_000, store: try call.store)
        // The client is read each time: one that was removed, or lost a scope, is refused at once,
        // and a new client under an old name does not bring the old one's tokens back.
        guard let client = try await Clients(store: try call.store).client(token.clientID),
            client.tenant == token.tenant, token.issuedAt >= client.createdAtMs / 1_000
        else { throw Problem.tokenInvalid }
        let principal = client.principal(scopes: token.scopes)
        guard principal.scopes.contains(scope) else { throw Problem.scopeMissing(scope) }
        return principal
    }

    /// The problem that an error is to the caller; what it is to us goes to the log.
    private func problem(for error: any Error, _ context: LambdaContext) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as RequestError: return Problem(error)
        case let error as JSONWebTokenError: return Problem(error)
        case let error as TokenError: return Problem(error)
        case let error as TableStoreError:
            context.logger.error("the store failed", ["code": .string(error.code)])
            return Problem(error)
        default:
            context.logger.error(
                "an unexpected error", ["type": .string(String(describing: type(of: error)))])
            return .internal
        }
    }
}
