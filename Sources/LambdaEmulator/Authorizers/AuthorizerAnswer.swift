internal import StrictJSON

/// What an authorizer's function has answered.
///
/// Sources: "Output from an API Gateway Lambda authorizer"; "Control access to HTTP APIs with AWS
/// Lambda authorizers", response format.
struct AuthorizerAnswer: Sendable {
    private enum Verdict: Sendable {
        case simple(isAuthorized: Bool)
        case policy(AuthorizerPolicy)
    }

    private static let limits = JSONLimits(bytesMax: 256 * 1024, depthMax: 32)

    var context: AuthorizerContext
    private let verdict: Verdict

    init(
        _ payload: [UInt8], for definition: AuthorizerDefinition
    ) throws(AnswerProblem) {
        let json: JSONValue
        do {
            json = try StrictJSON.parse(payload, limits: Self.limits)
        } catch {
            throw AnswerProblem("it is not JSON from byte \(error.offset) on")
        }
        var context = AuthorizerContext()
        context.members = try Self.members(json["context"], definition)
        if definition.format == .request2, definition.hasSimpleAnswers {
            guard let isAuthorized = json["isAuthorized"]?.bool else {
                throw AnswerProblem("isAuthorized: true or false was expected")
            }
            verdict = .simple(isAuthorized: isAuthorized)
        } else {
            guard let principalID = json["principalId"]?.scalarText else {
                throw AnswerProblem("principalId: a string was expected")
            }
            context.principalID = principalID
            verdict = .policy(try AuthorizerPolicy(json["policyDocument"]))
        }
        self.context = context
    }

    /// Payload format 2.0 hands on any JSON, the others only strings, numbers, true and false.
    private static func members(
        _ context: JSONValue?, _ definition: AuthorizerDefinition
    ) throws(AnswerProblem) -> [JSONMember] {
        guard let context, !context.isNull else { return [] }
        guard let members = context.object else {
            throw AnswerProblem("context: an object was expected")
        }
        guard definition.format != .request2 else { return members }
        for member in members where member.value.scalarText == nil && !member.value.isNull {
            let place = HeaderSyntax.isName(member.name) ? "context/\(member.name)" : "context"
            throw AnswerProblem("\(place): a string, a number, true or false was expected")
        }
        return members
    }

    /// Nil when the request is allowed.
    func fault(of arn: String) -> GatewayFault? {
        switch verdict {
        case .simple(let isAuthorized): return isAuthorized ? nil : .forbidden(isExplicit: false)
        case .policy(let policy):
            switch policy.verdict(on: arn) {
            case .allowed: return nil
            case .denied(let isExplicit): return .forbidden(isExplicit: isExplicit)
            }
        }
    }

    /// Something in its policy that is not looked at.
    var ignoredKey: String? {
        guard case .policy(let policy) = verdict else { return nil }
        return policy.ignoredKey
    }
}
