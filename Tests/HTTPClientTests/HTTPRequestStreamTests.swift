import Glibc
import Testing

@testable import HTTPClient

@Suite("A request that is sent piece by piece", .timeLimit(.minutes(1)))
struct HTTPRequestStreamTests {
    private let peer = UploadPeer()

    private func stream(trailerNames: [String] = []) throws -> HTTPRequestStream {
        try HTTPRequestStream(
            "POST", url: peer.url + "/up", fields: [HTTPField("X-One", "1")],
            trailerNames: trailerNames, limits: HTTPLimits(truncateInsteadOfFail: true),
            policy: .unrestricted, userAgent: "tests/1")
    }

    private func write(_ text: String, to stream: HTTPRequestStream) throws -> Int? {
        try Array(text.utf8).withUnsafeBytes { bytes in try stream.write(bytes) }
    }

    private var head: String {
        "POST /up HTTP/1.1\r\nHost: 127.0.0.1:\(peer.port)\r\nUser-Agent: tests/1\r\nX-One: 1\r\n"
    }

    @Test("a piece is with the kernel when the call returns, before there is another")
    func leavesAtOnce() throws {
        let stream = try stream()
        #expect(try write("one", to: stream) == nil)
        let connection = try peer.accept()
        let opening = head + "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n"
        #expect(connection.received(opening.utf8.count) == opening)
        #expect(try write("", to: stream) == nil)
        #expect(try write("three", to: stream) == nil)
        #expect(connection.received(10) == "5\r\nthree\r\n")
        connection.send("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        #expect(try stream.finish() == 202)
        #expect(connection.rest() == "0\r\n\r\n")
    }

    @Test("an empty piece at the start sends the header section alone")
    func headFirst() throws {
        let stream = try stream(trailerNames: ["A", "B"])
        #expect(try write("", to: stream) == nil)
        let connection = try peer.accept()
        let opening = head + "Trailer: A, B\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(connection.received(opening.utf8.count) == opening)
        connection.send("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        #expect(try stream.finish(trailers: [HTTPField("A", "x y"), HTTPField("B", "z")]) == 202)
        #expect(connection.rest() == "0\r\nA: x y\r\nB: z\r\n\r\n")
    }

    @Test("a body without a piece has only its end")
    func empty() throws {
        let stream = try stream()
        let sizes = peer.chunkSizes(of: [])
        #expect(try stream.finish() == 202)
        #expect(sizes.value == [0])
    }

    @Test("a large piece goes through whole, in chunks, to a peer that reads slowly")
    func large() throws {
        let piece = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let stream = try stream()
        let sizes = peer.chunkSizes(of: piece)
        #expect(try piece.withUnsafeBytes { try stream.write($0) } == nil)
        #expect(try stream.finish() == 202)
        let received = sizes.value
        #expect(received.reduce(0, +) == piece.count)
        #expect(received.count > 1)
    }

    @Test("an answer that refuses the body ends it early")
    func refused() throws {
        let stream = try stream()
        #expect(try write("one", to: stream) == nil)
        let connection = try peer.accept()
        connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        #expect(try write("two", to: stream) == 413)
        #expect(throws: HTTPClientError(.other, "request is over")) {
            try write("three", to: stream)
        }
        #expect(throws: HTTPClientError(.other, "request is over")) { try stream.finish() }
    }

    @Test("a peer that hangs up is an error of the next piece or of the end")
    func hungUp() throws {
        let stream = try stream()
        #expect(try write("one", to: stream) == nil)
        try peer.accept().hangUp()
        #expect(throws: HTTPClientError.self) {
            _ = try write("two", to: stream)
            _ = try stream.finish()
        }
    }

    @Test("a request that is given up is cut off without its end")
    func givenUp() throws {
        var stream: HTTPRequestStream? = try stream()
        if let stream { #expect(try write("one", to: stream) == nil) }
        let connection = try peer.accept()
        stream = nil
        #expect(connection.rest().hasSuffix("\r\n\r\n3\r\none\r\n"))
    }

    @Test("fields that would break the framing, and trailers not announced, are refused")
    func vetted() throws {
        #expect(throws: HTTPClientError(.protocolViolation, "header name is not allowed")) {
            try HTTPRequestStream(
                "POST", url: peer.url, fields: [HTTPField("Content-Length", "3")],
                limits: HTTPLimits(), policy: .unrestricted, userAgent: "tests/1")
        }
        let stream = try stream(trailerNames: ["A"])
        #expect(throws: HTTPClientError(.protocolViolation, "trailer was not announced")) {
            try stream.finish(trailers: [HTTPField("B", "1")])
        }
        let control = HTTPClientError(.protocolViolation, "header value has a control character")
        #expect(throws: control) { try stream.finish(trailers: [HTTPField("A", "1\r\nC: 2")]) }
    }

    @Test("nobody listens: an error of the stage, at the first piece")
    func refusedConnect() throws {
        peer.close()
        let stream = try stream()
        let error = #expect(throws: HTTPClientError.self) { try write("one", to: stream) }
        #expect(error?.code == .connect)
    }
}
