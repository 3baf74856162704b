import Glibc
import Testing

@testable import HTTPClient

@Suite("One reused connection")
struct HTTPConnectionTests {
    private func connection(
        _ limits: HTTPLimits = HTTPLimits(deadlineMs: 5000)
    ) throws -> HTTPConnection {
        try HTTPConnection(limits: limits, policy: .unrestricted, userAgent: "tests/1")
    }

    @Test("requests of different shapes go out one after another on one connection")
    func reuse() throws {
        let peer = ScriptedPeer { ScriptedPeer.answer(200, "seen \($0.prefix(4))") }
        defer { peer.stop() }
        let connection = try connection()
        let requests = [
            HTTPRequest(url: peer.url + "/a"),
            HTTPRequest(method: "POST", url: peer.url + "/b", body: Array("one".utf8)),
            HTTPRequest(method: "PUT", url: peer.url + "/c", body: Array("two".utf8)),
            HTTPRequest(
                url: peer.url + "/d", fields: [HTTPField("X-One", "1"), HTTPField("X-Empty", "")]),
            HTTPRequest(method: "DELETE", url: peer.url + "/e"),
            HTTPRequest(method: "POST", url: peer.url + "/f", body: []),
        ]
        let bodies = try requests.map {
            String(decoding: try connection.send($0).body, as: UTF8.self)
        }
        #expect(
            bodies == [
                "seen GET ", "seen POST", "seen PUT ", "seen GET ", "seen DELE", "seen POST",
            ])
        #expect(peer.connectionCount == 1)
        let authority = "Host: 127.0.0.1:\(peer.port)\r\nUser-Agent: tests/1\r\n"
        #expect(
            peer.requests == [
                "GET /a HTTP/1.1\r\n\(authority)\r\n",
                "POST /b HTTP/1.1\r\n\(authority)Content-Length: 3\r\n\r\none",
                "PUT /c HTTP/1.1\r\n\(authority)Content-Length: 3\r\n\r\ntwo",
                "GET /d HTTP/1.1\r\n\(authority)X-One: 1\r\nX-Empty:\r\n\r\n",
                "DELETE /e HTTP/1.1\r\n\(authority)\r\n",
                "POST /f HTTP/1.1\r\n\(authority)Content-Length: 0\r\n\r\n",
            ])
    }

    @Test("header fields are found without regard to case, with white space trimmed")
    func fields() throws {
        let peer = ScriptedPeer { _ in
            .bytes(
                "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\nHTTP/1.1 204 No\r\n"
                    + "x-REQUEST-id:  abc \r\nX-Request: short\r\nX-Empty:\r\n\r\n")
        }
        defer { peer.stop() }
        let connection = try connection()
        let response = try connection.send(HTTPRequest(url: peer.url))
        #expect(response.status == 204)
        #expect(response.field("X-Request-Id") == "abc")
        #expect(response.field("x-empty") == "")
        #expect(response.field("x-interim") == nil)
        #expect(connection.field("x-request-id") == "abc")
        #expect(connection.field("x-request") == "short")
        #expect(connection.field("x-absent") == nil)
    }

    @Test("a large body goes out without waiting for 100 Continue, and comes back whole")
    func largeBody() throws {
        let peer = ScriptedPeer { request in
            ScriptedPeer.answer(
                200, String(request.utf8.count) + (request.contains("Expect") ? "!" : ""))
        }
        defer { peer.stop() }
        let body = [UInt8](repeating: 0x61, count: 3_000_000)
        let response = try connection().send(
            HTTPRequest(method: "POST", url: peer.url, body: body))
        let count = try #require(Int(String(decoding: response.body, as: UTF8.self)))
        #expect(count > 3_000_000)
    }

    @Test("requests to an origin and to a url take turns on one connection")
    func origins() throws {
        let peer = ScriptedPeer { _ in ScriptedPeer.answer(200, "") }
        defer { peer.stop() }
        let connection = try connection(HTTPLimits())
        let origin = try HTTPConnection.Origin(peer.url)
        let fields = try HTTPConnection.Fields([HTTPField("User-Agent", "tester")])
        for _ in 0..<2 {
            _ = try connection.exchange("GET", origin, target: "/a/../b?c", fields: fields)
            _ = try connection.exchange(
                "POST", origin, target: "/d", fields: fields, body: Array("e".utf8))
            _ = try connection.send(HTTPRequest(url: peer.url + "/f"))
        }
        let lines = peer.requests.map { $0.prefix { $0 != "\r\n" } }
        let once = ["GET /a/../b?c HTTP/1.1", "POST /d HTTP/1.1", "GET /f HTTP/1.1"]
        #expect(lines.map(String.init) == once + once)
        #expect(peer.connectionCount == 1)
        #expect(throws: HTTPClientError.self) { try HTTPConnection.Origin("ftp://127.0.0.1") }
        #expect(throws: HTTPClientError.self) { try HTTPConnection.Origin("http://a b") }
    }

    @Test("an interruption that is already raised ends the wait for an answer")
    func interruption() throws {
        let peer = ScriptedPeer { _ in .silence }
        defer { peer.stop() }
        let interruption = try HTTPInterruption()
        interruption.raise()
        let fields = try HTTPConnection.Fields([])
        let connection = try connection(HTTPLimits())
        let error = #expect(throws: HTTPClientError.self) {
            try connection.exchange(
                "GET", try HTTPConnection.Origin(peer.url), target: "/", fields: fields,
                interruption: interruption)
        }
        #expect(error?.code == .other)
    }

    @Test("a peer that closes without an answer, and one that speaks no HTTP, are told apart")
    func brokenPeers() throws {
        let peer = ScriptedPeer { .bytes($0.contains("/junk") ? "SSH-2.0-x\r\n\r\n" : "") }
        defer { peer.stop() }
        let connection = try connection(HTTPLimits(deadlineMs: 2000))
        let junk = #expect(throws: HTTPClientError.self) {
            try connection.send(HTTPRequest(url: peer.url + "/junk"))
        }
        #expect(junk?.code == .protocolViolation)
        let closed = LoopbackListener()
        let port = closed.port
        shutdown(closed.descriptor, Int32(SHUT_RDWR))
        let refused = #expect(throws: HTTPClientError.self) {
            try connection.send(HTTPRequest(url: "http://127.0.0.1:\(port)/"))
        }
        #expect(refused?.code == .connect)
    }
}
