/// A request to an absolute `http` or `https` URL.
package struct HTTPRequest: Sendable {
    package var method: String
    package var url: String
    package var fields: [HTTPField]
    /// nil sends no body; an empty array sends `Content-Length: 0`.
    package var body: [UInt8]?

    package init(
        method: String = "GET", url: String, fields: [HTTPField] = [], body: [UInt8]? = nil
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }
}
