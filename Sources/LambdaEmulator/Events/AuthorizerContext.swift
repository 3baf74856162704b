internal import StrictJSON

/// What an authorizer has said of a caller, for the event of the function behind it.
struct AuthorizerContext: Sendable {
    var principalID: String?
    /// `context` of its answer, in order.
    var members: [JSONMember] = []
    /// How long it took, in milliseconds.
    var latencyMs: Int64 = 0

    /// `requestContext.authorizer` of payload format 2.0.
    func append2(to writer: inout JSONWriter) {
        writer.name("authorizer")
        writer.beginObject()
        writer.member("lambda", members.isEmpty ? .null : JSONValue.object(members))
        writer.endObject()
    }

    /// `requestContext.authorizer` of payload format 1.0, where all values are strings.
    func append1(to writer: inout JSONWriter) {
        writer.name("authorizer")
        writer.beginObject()
        if let principalID { writer.member("principalId", principalID) }
        for member in members {
            guard let text = member.value.scalarText else { continue }
            writer.member(member.name, text)
        }
        writer.member("integrationLatency", latencyMs)
        writer.endObject()
    }
}

extension JSONValue {
    /// The text of a string, of a number and of `true` or `false`.
    var scalarText: String? {
        string ?? number?.text ?? bool.map { $0 ? "true" : "false" }
    }
}
