import TestSupport
import Glibc
import HTTPServer
import Locking
import Testing

@Suite("HTTP server")
struct HTTPServerTests {
    private func echo(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        let fields = request.fields.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
        let text =
            "\(request.method) \(request.path) \(request.query ?? "-") \(fields) "
            + String(decoding: request.body, as: UTF8.self)
        responder.respond(
            status: 200, fields: [("X-Answer", "yes")], body: Array(text.utf8))
    }

    @Test("hands over the raw target, the fields and the body, and sends status, fields and body")
    func passesEverything() throws {
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000, handler: echo)
        defer { server.stop() }
        let client = try #require(RawConnection(port: server.port))
        client.send(
            "POST /a%2Fb/c?x=1&y=%20z HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")
        let response = client.readResponse()
        #expect(response.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(response.contains("X-Answer: yes\r\n"))
        #expect(
            response.hasSuffix(
                "\r\n\r\nPOST /a%2Fb/c x=1&y=%20z Host=h|Content-Length=5 hello"))
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(client.readResponse().hasSuffix("GET / - Host=h "), "the connection is kept")
    }

    @Test("finds a field in any case")
    func findsFields() {
        let request = HTTPServerRequest(
            method: "GET", target: "/", fields: [("Content-TYPE", "a"), ("content-type", "b")])
        #expect(request.field("content-type") == "a")
        #expect(request.field("Content-Typ") == nil)
    }

    @Test("an answer may come later, from another thread; a second one is ignored")
    func answersLater() async throws {
        let (responders, given) = AsyncStream.makeStream(of: HTTPResponder.self)
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000) { _, responder in
            given.yield(responder)
        }
        defer { server.stop() }
        let client = try #require(RawConnection(port: server.port))
        client.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n")
        let responder = try #require(await responders.first { _ in true })
        responder.respond(status: 201, body: Array("late".utf8))
        responder.respond(status: 500, body: Array("second".utf8))
        let response = client.readResponse()
        #expect(response.hasPrefix("HTTP/1.1 201 Created\r\n"))
        #expect(response.hasSuffix("\r\n\r\nlate"))
        #expect(responder.isFinished)
    }

    @Test("several ports are served by one server and told apart; a removed one refuses")
    func servesSeveralPorts() throws {
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000) { request, responder in
            responder.respond(status: 200, body: Array(String(request.localPort).utf8))
        }
        defer { server.stop() }
        let first = try server.addListener()
        let second = try server.addListener()
        for port in [server.port, first, second] {
            let client = try #require(RawConnection(port: port))
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(client.readResponse().hasSuffix("\r\n\r\n\(port)"))
        }
        server.removeListener(first)
        // The accepting thread closes the socket when it next wakes, which adding waits for not.
        var isClosed = false
        for _ in 0..<100_000 where !isClosed {
            isClosed = RawConnection(port: first) == nil
            sched_yield()
        }
        #expect(isClosed)
        #expect(RawConnection(port: second) != nil)
    }

    @Test("a body over the limit is answered 413 and the connection closed")
    func refusesLargeBodies() throws {
        let refused = Locked<[String]>([])
        let server = try HTTPServer(
            port: 0, bodyBytesMax: 100_000,
            tooLarge: { request in
                refused.withLock { $0.append(request.path) }
                guard request.path == "/chunked" else { return nil }
                return HTTPServerAnswer(status: 422, fields: [("X-A", "1")], body: [0x61])
            }, handler: echo)
        defer { server.stop() }
        let exact = try #require(RawConnection(port: server.port))
        exact.send("POST /fits HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n")
        exact.send(String(repeating: "a", count: 100_000))
        #expect(exact.readResponse().hasPrefix("HTTP/1.1 200"))
        let declared = try #require(RawConnection(port: server.port))
        declared.send("POST /declared HTTP/1.1\r\nHost: h\r\nContent-Length: 100001\r\n\r\n")
        declared.send(String(repeating: "a", count: 100_001))
        let answer = declared.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 413"))
        #expect(answer.contains("Connection: close"))
        let chunked = try #require(RawConnection(port: server.port))
        chunked.send("POST /chunked HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunked.send("30D41\r\n" + String(repeating: "a", count: 200_001) + "\r\n0\r\n\r\n")
        let own = chunked.readToEnd()
        #expect(own.hasPrefix("HTTP/1.1 422"))
        #expect(own.contains("X-A: 1\r\n") && own.contains("Connection: close"))
        #expect(own.hasSuffix("\r\n\r\na"))
        let waiting = try #require(RawConnection(port: server.port))
        waiting.send(
            "POST /waiting HTTP/1.1\r\nHost: h\r\nContent-Length: 100001\r\n"
                + "Expect: 100-continue\r\n\r\n")
        #expect(waiting.readToEnd().hasPrefix("HTTP/1.1 413"))
        #expect(refused.withLock { $0 } == ["/declared", "/chunked", "/waiting"])
    }

    @Test("a client that expects 100 Continue gets it when its body fits")
    func continues() throws {
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000, handler: echo)
        defer { server.stop() }
        let client = try #require(RawConnection(port: server.port))
        client.send(
            "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        #expect(client.readResponse().hasPrefix("HTTP/1.1 100 Continue"))
        client.send("ok")
        #expect(client.readResponse().hasSuffix(" ok"))
    }

    @Test("long request lines and header fields are refused, not read without end")
    func limitsHeaders() throws {
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000, handler: echo)
        defer { server.stop() }
        let long = String(repeating: "a", count: 70_000)
        let line = try #require(RawConnection(port: server.port))
        line.send("GET /\(long) HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(line.readToEnd().hasPrefix("HTTP/1.1 414"))
        let field = try #require(RawConnection(port: server.port))
        field.send("GET / HTTP/1.1\r\nHost: h\r\nX-Long: \(long)\r\n\r\n")
        #expect(field.readToEnd().hasPrefix("HTTP/1.1 431"))
    }

    @Test("a HEAD request is answered without its body")
    func answersHead() throws {
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000, handler: echo)
        defer { server.stop() }
        let client = try #require(RawConnection(port: server.port))
        client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
        let response = client.readResponse(withoutBody: true)
        #expect(response.hasPrefix("HTTP/1.1 200"))
        #expect(response.contains("Content-Length: "))
        #expect(response.hasSuffix("\r\n\r\n"))
    }

    @Test("a line break in a field cannot split the response")
    func refusesLineBreaks() throws {
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000) { _, responder in
            responder.respond(status: 200, fields: [("X-A", "1\r\nX-Evil: 2"), ("X-B", "3")])
        }
        defer { server.stop() }
        let client = try #require(RawConnection(port: server.port))
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        let response = client.readResponse()
        #expect(!response.contains("X-Evil"))
        #expect(response.contains("X-B: 3\r\n"))
    }

    @Test("stopping answers what waits with 503, closes the ports, and may be done twice")
    func stops() async throws {
        let (responders, given) = AsyncStream.makeStream(of: HTTPResponder.self)
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000) { _, responder in
            given.yield(responder)
        }
        let further = try server.addListener()
        let client = try #require(RawConnection(port: further))
        client.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n")
        let responder = try #require(await responders.first { _ in true })
        server.stop()
        server.stop()
        responder.respond(status: 200)
        #expect(RawConnection(port: server.port) == nil)
        #expect(RawConnection(port: further) == nil)
        #expect(throws: HTTPServerError.stopped) { try server.addListener() }
    }

    @Test("a copy of a listening socket, as a process has while it is started, keeps no port open")
    func copies() throws {
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000) { _, responder in
            responder.respond(status: 200)
        }
        let ports = [server.port, try server.addListener()]
        let listening = (0..<65_536).filter { ports.contains(Self.listeningPort(of: $0)) }
        let copies = listening.map { dup($0) }
        defer { for copy in copies { close(copy) } }
        #expect(copies.count == 2)
        server.stop()
        for port in ports { #expect(RawConnection(port: port) == nil) }
    }

    private static func listeningPort(of descriptor: Int32) -> UInt16 {
        var isListening: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length)
        guard isListening != 0 else { return 0 }
        var place = sockaddr_in()
        length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length) == 0
            }
        } ? UInt16(bigEndian: place.sin_port) : 0
    }

    @Test("an address that is not loopback is refused, a taken port named")
    func refusesAddresses() throws {
        #expect(throws: HTTPServerError.notLoopback) {
            try HTTPServer(address: "0.0.0.0", port: 0, bodyBytesMax: 1, handler: echo)
        }
        let server = try HTTPServer(port: 0, bodyBytesMax: 1, handler: echo)
        defer { server.stop() }
        #expect(throws: HTTPServerError.listen(code: EADDRINUSE)) {
            try HTTPServer(port: server.port, bodyBytesMax: 1, handler: echo)
        }
    }
}
