/// An answer as a value, for where one is asked for and not sent.
package struct HTTPServerAnswer: Sendable {
    package var status: Int
    package var fields: [(String, String)]
    package var body: [UInt8]

    package init(status: Int, fields: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

extension HTTPResponder {
    /// Sends an answer; see ``respond(status:fields:body:)``.
    package func respond(_ answer: HTTPServerAnswer) {
        respond(status: answer.status, fields: answer.fields, body: answer.body)
    }
}
