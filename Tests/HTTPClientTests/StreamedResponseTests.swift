import Testing

@testable import HTTPClient

@Suite("Answers taken piece by piece")
struct StreamedResponseTests {
    private func take(
        _ peer: ScriptedPeer, limits: HTTPLimits = HTTPLimits(deadlineMs: 5_000)
    ) throws -> (response: HTTPResponse, taken: String) {
        let connection = try HTTPConnection(
            limits: limits, policy: .unrestricted, userAgent: "tests/1")
        var taken: [UInt8] = []
        let response = try connection.send(HTTPRequest(url: peer.url)) { taken += $0 }
        return (response, String(decoding: taken, as: UTF8.self))
    }

    @Test("a success is handed on, however long it is")
    func success() throws {
        let text = String(repeating: "x", count: 100_000)
        let peer = ScriptedPeer { _ in ScriptedPeer.answer(200, text) }
        defer { peer.stop() }
        let limits = HTTPLimits(
            deadlineMs: 5_000, responseBytesMax: 10, truncateInsteadOfFail: true)
        let (response, taken) = try take(peer, limits: limits)
        #expect(response.status == 200)
        #expect(response.body.isEmpty)
        #expect(taken == text)
    }

    @Test("any other answer's body is in the response")
    func failure() throws {
        let peer = ScriptedPeer { _ in ScriptedPeer.answer(404, "no") }
        defer { peer.stop() }
        let (response, taken) = try take(peer)
        #expect(response.status == 404)
        #expect(response.body == Array("no".utf8))
        #expect(taken.isEmpty)
    }
}
