import Testing

@testable import HTTPClient

@Suite("Requests are vetted before anything is sent")
struct RequestVettingTests {
    private func code(of request: HTTPRequest) throws -> HTTPClientError.Code? {
        let connection = try HTTPConnection(
            limits: HTTPLimits(deadlineMs: 1000), policy: .unrestricted, userAgent: "tests/1")
        let error = #expect(throws: HTTPClientError.self) { try connection.send(request) }
        return error?.code
    }

    @Test(
        "urls that are not absolute web urls are refused",
        arguments: [
            "", "/path", "ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1:70/",
            "http:/127.0.0.1", "http://", "http:///path", "http://user@127.0.0.1/",
            "http://user:secret@127.0.0.1/", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: 1",
            "http://127.0.0.1/\u{0}", "http://127.0.0.1/\u{E9}", "http://127.0.0.1:0/",
            "http://127.0.0.1:65536/", "http://127.0.0.1:x/", "http://127.0.0.1:/",
            "http://127.0.0.1:+80/", "http://127.0.0.1\\.example.com/", " http://127.0.0.1/",
            "http://127.0.0.1/" + String(repeating: "a", count: 2048),
        ])
    func urls(_ url: String) throws {
        #expect(try code(of: HTTPRequest(url: url)) == .invalidURL)
    }

    @Test(
        "a header name or value that would start a new line is refused",
        arguments: [
            HTTPField("X-A", "1\r\nX-B: 2"), HTTPField("X-A", "1\nX-B: 2"), HTTPField("X-A", "1\r"),
            HTTPField("X-A", "\u{0}"), HTTPField("X-A: 1\r\nX-B", "2"), HTTPField("", "1"),
            HTTPField("X A", "1"), HTTPField("X-A:", "1"), HTTPField("Content-Length", "5"),
            HTTPField("transfer-encoding", "chunked"), HTTPField("X-\u{E9}", "1"),
        ])
    func fields(_ field: HTTPField) throws {
        let request = HTTPRequest(url: "http://127.0.0.1:9/", fields: [field])
        #expect(try code(of: request) == .protocolViolation)
    }

    @Test("a method that is not a token is refused")
    func method() throws {
        for method in ["", "GET /x HTTP/1.1\r\nX: 1", "G ET"] {
            let request = HTTPRequest(method: method, url: "http://127.0.0.1:9/")
            #expect(try code(of: request) == .protocolViolation)
        }
    }

    @Test("no error text repeats a value of the request")
    func noEcho() throws {
        let connection = try HTTPConnection(
            limits: HTTPLimits(deadlineMs: 1000), policy: .unrestricted, userAgent: "tests/1")
        let error = #expect(throws: HTTPClientError.self) {
            try connection.send(HTTPRequest(url: "http://user:s3cret@127.0.0.1/"))
        }
        #expect(error?.detail.contains("s3cret") == false)
    }
}
