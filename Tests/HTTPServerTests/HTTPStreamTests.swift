import TestSupport
import Glibc
import HTTPServer
import Locking
import Testing

@Suite("HTTP server, bodies in pieces")
struct HTTPStreamTests {
    /// Notes what it is told, and answers at the end.
    private final class Notes: HTTPBodyReceiver {
        private let responder: HTTPResponder
        private let told: AsyncStream<String>.Continuation
        let upload: HTTPUpload
        let pauses: Bool

        init(
            _ upload: HTTPUpload, _ responder: HTTPResponder, pauses: Bool,
            _ told: AsyncStream<String>.Continuation
        ) {
            (self.upload, self.responder, self.told) = (upload, responder, told)
            self.pauses = pauses
        }

        func receive(_ piece: UnsafeRawBufferPointer) {
            if pauses { upload.pause() }
            told.yield("piece \(String(decoding: piece, as: UTF8.self))")
        }

        func end(trailers: [(name: String, value: String)]) {
            told.yield("end \(trailers.map { "\($0.name)=\($0.value)" })")
            responder.respond(status: 202)
        }

        func aborted() { told.yield("aborted") }
    }

    private let head = "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nX-Mode: m\r\n"

    private func server(
        pauses: Bool = false, uploads: Locked<[HTTPUpload]> = Locked([]),
        _ told: AsyncStream<String>.Continuation
    ) throws -> HTTPServer {
        let receivers = HTTPReceivers(markedBy: "X-Mode") { _, upload, responder in
            uploads.withLock { $0.append(upload) }
            return Notes(upload, responder, pauses: pauses, told)
        }
        return try HTTPServer(port: 0, bodyBytesMax: 1_000, receivers: receivers) {
            $1.respond(status: 200, body: $0.body)
        }
    }

    @Test(
        "a marked request's body arrives piece by piece, with its trailers; others are read whole")
    func receives() async throws {
        let (notes, told) = AsyncStream.makeStream(of: String.self)
        let server = try server(told)
        defer { server.stop() }
        var lines = notes.makeAsyncIterator()
        let client = try #require(RawConnection(port: server.port))
        client.send(head + "Trailer: X-Sum\r\n\r\n3\r\nabc\r\n")
        #expect(await lines.next() == "piece abc")
        client.send("2\r\nde\r\n")
        #expect(await lines.next() == "piece de")
        client.send("0\r\nX-Sum: 5\r\n\r\n")
        #expect(await lines.next() == #"end ["X-Sum=5"]"#)
        #expect(client.readResponse().hasPrefix("HTTP/1.1 202"))
        client.send("POST /whole HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok")
        #expect(client.readResponse().hasSuffix("\r\n\r\nok"))
    }

    @Test("a paused body is not read on until it is resumed")
    func pauses() async throws {
        let (notes, told) = AsyncStream.makeStream(of: String.self)
        let uploads = Locked<[HTTPUpload]>([])
        let server = try server(pauses: true, uploads: uploads, told)
        defer { server.stop() }
        var lines = notes.makeAsyncIterator()
        let client = try #require(RawConnection(port: server.port))
        client.send(head + "\r\n1\r\na\r\n")
        #expect(await lines.next() == "piece a")
        client.send("1\r\nb\r\n0\r\n\r\n")
        told.yield("nothing yet")
        #expect(await lines.next() == "nothing yet")
        let upload = try #require(uploads.withLock { $0.first })
        upload.resume()
        #expect(await lines.next() == "piece b")
        upload.resume()
        #expect(await lines.next() == "end []")
        #expect(client.readResponse().hasPrefix("HTTP/1.1 202"))
    }

    @Test("a client that leaves before the end is told of; stopping ends a paused body")
    func aborts() async throws {
        let (notes, told) = AsyncStream.makeStream(of: String.self)
        let server = try server(pauses: true, told)
        var lines = notes.makeAsyncIterator()
        var client = RawConnection(port: server.port)
        client?.send(head + "\r\n")
        client = nil
        #expect(await lines.next() == "aborted")
        let paused = try #require(RawConnection(port: server.port))
        paused.send(head + "\r\n1\r\na\r\n")
        #expect(await lines.next() == "piece a")
        server.stop()
        #expect(await lines.next() == "aborted")
    }

    @Test("an answer's body leaves piece by piece and ends when it is finished")
    func streams() async throws {
        let (streams, given) = AsyncStream.makeStream(of: HTTPBodyStream.self)
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000) { _, responder in
            given.yield(responder.stream(status: 200, fields: [("X-A", "1")]))
        }
        defer { server.stop() }
        let client = try #require(RawConnection(port: server.port))
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        let stream = try #require(await streams.first { _ in true })
        #expect(client.read(until: "\r\n\r\n").contains("X-A: 1\r\n"))
        #expect(!stream.write(Array("one".utf8)))
        #expect(client.read(until: "one\r\n") == "3\r\none\r\n")
        #expect(!stream.write(Array("two".utf8)))
        #expect(client.read(until: "two\r\n") == "3\r\ntwo\r\n")
        stream.finish()
        #expect(client.read(until: "\r\n\r\n") == "0\r\n\r\n")
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200"), "the connection is kept")
    }

    @Test("an aborted body ends the connection before its end; so does stopping the server")
    func abortsAnswer() async throws {
        let (streams, given) = AsyncStream.makeStream(of: HTTPBodyStream.self)
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000) { _, responder in
            given.yield(responder.stream(status: 200))
        }
        var made = streams.makeAsyncIterator()
        let client = try #require(RawConnection(port: server.port))
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        let stream = try #require(await made.next())
        _ = stream.write(Array("one".utf8))
        #expect(client.read(until: "one\r\n").hasSuffix("3\r\none\r\n"))
        stream.abort()
        #expect(client.readToEnd() == "")
        let open = try #require(RawConnection(port: server.port))
        open.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try #require(await made.next())
        #expect(open.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200"))
        server.stop()
        #expect(open.readToEnd() == "")
    }

    @Test("a writer is told to wait while the client does not read, and when it has caught up")
    func waitsForSlowClients() async throws {
        let (streams, given) = AsyncStream.makeStream(of: HTTPBodyStream.self)
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000) { _, responder in
            given.yield(responder.stream(status: 200))
        }
        defer { server.stop() }
        let client = try #require(RawConnection(port: server.port))
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        let stream = try #require(await streams.first { _ in true })
        let piece = [UInt8](repeating: 0x61, count: 256 * 1024)
        let (drains, drained) = AsyncStream.makeStream(of: Bool.self)
        var written = 0
        while !stream.write(piece, whenDrained: { drained.yield(true) }) {
            written += 1
            try #require(written < 1_000, "a body of 256 MB was taken that nobody reads")
        }
        stream.finish()
        let body = client.readToEndOfChunks()
        #expect(body == (written + 1) * piece.count)
        #expect(await drains.first { _ in true } == true)
    }
}
