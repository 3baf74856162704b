internal import StrictJSON

/// The policy in an authorizer's answer, as far as it is about calling an API.
///
/// Sources: "Output from an API Gateway Lambda authorizer"; "Policy evaluation logic" of the IAM
/// user guide: an explicit denial counts more than any permission, and without one nothing is
/// allowed.
struct AuthorizerPolicy: Sendable {
    enum Verdict: Equatable {
        case allowed
        case denied(isExplicit: Bool)
    }

    private struct Statement: Sendable {
        let allows: Bool
        let resources: [String]
    }

    private var statements: [Statement] = []
    /// Something in it that is not looked at, such as `Condition`.
    private(set) var ignoredKey: String?

    /// - Throws: What is wrong with `policyDocument`.
    init(_ document: JSONValue?) throws(AnswerProblem) {
        guard let list = document?["Statement"] else {
            throw AnswerProblem("policyDocument/Statement: an array of statements was expected")
        }
        for statement in list.array ?? [list] {
            guard let effect = statement["Effect"]?.string, effect == "Allow" || effect == "Deny"
            else {
                throw AnswerProblem("policyDocument/Statement/Effect: Allow or Deny was expected")
            }
            guard let actions = Self.texts(statement["Action"]),
                let resources = Self.texts(statement["Resource"])
            else {
                throw AnswerProblem(
                    "policyDocument/Statement: strings were expected as Action and as Resource")
            }
            if statement["Condition"] != nil { ignoredKey = "Condition" }
            guard actions.contains(where: Self.isInvoke) else { continue }
            statements.append(Statement(allows: effect == "Allow", resources: resources))
        }
    }

    /// What it says of a request.
    ///
    /// - Parameter arn: `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path`.
    func verdict(on arn: String) -> Verdict {
        let matching = statements.filter { statement in
            statement.resources.contains { Self.matches(pattern: $0, arn) }
        }
        if matching.contains(where: { !$0.allows }) { return .denied(isExplicit: true) }
        return matching.isEmpty ? .denied(isExplicit: false) : .allowed
    }

    private static func texts(_ value: JSONValue?) -> [String]? {
        if let text = value?.string { return [text] }
        guard let array = value?.array else { return nil }
        let texts = array.compactMap(\.string)
        return texts.count == array.count ? texts : nil
    }

    private static func isInvoke(_ action: String) -> Bool {
        matches(pattern: action.lowercased(), "execute-api:invoke")
    }

    /// `*` stands for any text, `?` for one character.
    static func matches(pattern: String, _ text: String) -> Bool {
        let (pattern, text) = (Array(pattern.utf8), Array(text.utf8))
        var (inPattern, inText) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while inText < text.count {
            if inPattern < pattern.count, pattern[inPattern] == UInt8(ascii: "*") {
                star = (inPattern, inText)
                inPattern += 1
            } else if inPattern < pattern.count,
                pattern[inPattern] == text[inText] || pattern[inPattern] == UInt8(ascii: "?")
            {
                inPattern += 1
                inText += 1
            } else if let last = star {
                // The star takes one character more.
                star = (last.pattern, last.text + 1)
                inPattern = last.pattern + 1
                inText = last.text + 1
            } else {
                return false
            }
        }
        return pattern[inPattern...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
