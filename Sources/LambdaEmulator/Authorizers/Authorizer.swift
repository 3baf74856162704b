internal import HTTPServer
import Locking
internal import StrictJSON

/// Asks a function whether requests are allowed, and keeps its answers.
///
/// Sources: "Use API Gateway Lambda authorizers"; "Control access to HTTP APIs with AWS Lambda
/// authorizers".
final class Authorizer: Sendable {
    enum Decision: Sendable {
        case allowed(AuthorizerContext)
        /// With the reason, for the developer.
        case refused(GatewayFault, String)
    }

    private let definition: AuthorizerDefinition
    private let isOfHTTPAPI: Bool
    /// Nil when the template has no such function.
    private let pool: FunctionPool?
    private let environment: FrontEnvironment
    private let cache = Locked(AuthorizerCache())

    init(_ definition: AuthorizerDefinition, isOfHTTPAPI: Bool, _ environment: FrontEnvironment) {
        self.definition = definition
        self.isOfHTTPAPI = isOfHTTPAPI
        self.environment = environment
        pool = environment.directory.pool(named: definition.function)
    }

    /// Decides about a request, at once or later.
    func decide(_ front: FrontRequest, _ decided: @escaping @Sendable (Decision) -> Void) {
        guard let identity = CallerIdentity.values(of: front, definition.identitySources) else {
            return decided(
                .refused(.unauthorized, "a request lacks what \(name) tells callers apart by"))
        }
        guard isValid(identity) else {
            return decided(
                .refused(.unauthorized, "a token does not match \(name)'s ValidationExpression"))
        }
        guard let pool else {
            return decided(.refused(.authorizerFailure, "\(name) has no function"))
        }
        let now = environment.virtualClock.steadyNs
        // Without a source all callers are the same, which no cache may take them for.
        let isCached = definition.cacheSeconds > 0 && !identity.isEmpty
        if isCached, let answer = cache.withLock({ $0.answer(for: identity, at: now) }) {
            return decided(decision(answer, front))
        }
        ask(pool, front, identity) { [self] answer in
            switch answer {
            case .success(let answer):
                if isCached { keep(answer, for: identity) }
                decided(decision(answer, front))
            case .failure(let failure): decided(.refused(failure.fault, failure.explanation))
            }
        }
    }

    private var name: String { "the authorizer \(definition.name)" }

    private func isValid(_ identity: [String]) -> Bool {
        guard let expression = definition.validationExpression, let token = identity.first else {
            return true
        }
        // It was checked when the template was read.
        guard let pattern = try? Regex(expression) else { return true }
        return (try? pattern.wholeMatch(in: token)) != nil
    }

    private func keep(_ answer: AuthorizerAnswer, for identity: [String]) {
        let now = environment.virtualClock.steadyNs
        let untilNs = now + Int64(definition.cacheSeconds) * 1_000_000_000
        cache.withLock { $0.keep(answer, for: identity, untilNs: untilNs, at: now) }
    }

    private func decision(_ answer: AuthorizerAnswer, _ front: FrontRequest) -> Decision {
        if let key = answer.ignoredKey {
            environment.notes.note("\(name): \(key) in its policy is not looked at")
        }
        guard let fault = answer.fault(of: arn(of: front)) else { return .allowed(answer.context) }
        return .refused(fault, "\(name) does not allow it")
    }

    /// `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path`.
    private func arn(of front: FrontRequest) -> String {
        let context = front.context
        let place =
            "arn:aws:execute-api:\(environment.region):\(environment.accountID):"
            + "\(context.apiID)/\(context.stage)/"
        if context.routeKey == "$default" { return place + "$default" }
        return place + front.request.method + front.request.path
    }
}

extension Authorizer {
    /// Why there is no answer.
    private struct Failure: Error {
        let fault: GatewayFault
        let explanation: String
    }

    private func ask(
        _ pool: FunctionPool, _ front: FrontRequest, _ identity: [String],
        _ answered: @escaping @Sendable (Result<AuthorizerAnswer, Failure>) -> Void
    ) {
        let started = environment.clock.steadyNs()
        let context = Invocation.Context(traceID: front.traceID, origin: .authorizer)
        let invocation = Invocation(
            requestID: environment.identifiers.requestID(), event: event(front, identity),
            context: context, acceptedMs: front.timeMs
        ) { [self] outcome in
            let latencyMs = (environment.clock.steadyNs() - started) / 1_000_000
            answered(Result { () throws(Failure) in try read(outcome, latencyMs: latencyMs) })
        }
        pool.invoke(invocation)
    }

    private func event(_ front: FrontRequest, _ identity: [String]) -> [UInt8] {
        let arn = arn(of: front)
        switch definition.format {
        case .request2: return HTTPEventBuilder.make(front, askedAbout: arn, identity: identity)
        case .request:
            return RESTEventBuilder.make(
                front, isVersion1: isOfHTTPAPI,
                question: RESTEventBuilder.Question(methodARN: arn, identity: identity))
        case .token:
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("type", "TOKEN")
            writer.member("methodArn", arn)
            writer.member("authorizationToken", identity.first ?? "")
            writer.endObject()
            return writer.bytes
        }
    }

    private func read(
        _ outcome: InvocationOutcome, latencyMs: Int64
    ) throws(Failure) -> AuthorizerAnswer {
        guard case .completed(let result) = outcome else {
            throw Failure(
                fault: .authorizerFailure, explanation: "\(name) has no room for a further call")
        }
        guard result.failure == nil else { throw failure(result) }
        do throws(AnswerProblem) {
            var answer = try AuthorizerAnswer(result.payload, for: definition)
            answer.context.latencyMs = latencyMs
            return answer
        } catch {
            throw Failure(
                fault: .authorizerFailure,
                explanation: "\(name) answered none: \(error.explanation)")
        }
    }

    /// A REST API's authorizer refuses a caller it does not know by the error `Unauthorized`.
    private func failure(_ result: InvocationResult) -> Failure {
        let error = try? StrictJSON.parse(
            result.payload, limits: JSONLimits(bytesMax: 1024 * 1024, depthMax: 32))
        if !isOfHTTPAPI, error?["errorMessage"]?.string == "Unauthorized" {
            return Failure(fault: .unauthorized, explanation: "\(name) answered Unauthorized")
        }
        let type = result.failure?.errorType ?? ""
        return Failure(
            fault: .authorizerFailure,
            explanation: "\(name) failed with \(type); its RequestId: \(result.requestID)")
    }
}
