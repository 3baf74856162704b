/// Why no answer came back.
package struct HTTPClientError: Error, Sendable, Equatable {
    /// A stable name for the stage that failed.
    package enum Code: String, Sendable {
        /// Not an absolute http(s) URL, too long, with user information or control characters.
        case invalidURL
        /// The address or the port is closed by the ``AddressPolicy``; nothing was connected.
        case addressRefused
        case resolve, connect, tls
        /// The deadline over the whole exchange, or that of the connect, passed.
        case timeout
        /// The request could not be written as HTTP, or the answer is not HTTP.
        case protocolViolation
        case send, receive
        /// The header section or the body of the answer is over its limit.
        case tooLarge
        case other
    }

    package let code: Code
    /// For logs: names the matter, never a URL, an address or a value of the request.
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}
