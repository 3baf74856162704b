import Glibc
import Testing

@testable import HTTPClient

@Suite("Many requests at once")
struct HTTPSenderTests {
    private func sender(
        _ limits: HTTPLimits = HTTPLimits(deadlineMs: 5000), concurrentMax: Int = 8,
        perHostMax: Int = 8
    ) -> HTTPSender {
        HTTPSender(
            limits: limits, policy: .unrestricted, concurrentMax: concurrentMax,
            perHostMax: perHostMax)
    }

    @Test("results come in the order of the requests, failures among them")
    func order() async throws {
        let peer = ScriptedPeer { request in
            let path = request.split(separator: " ")[1]
            let body = request.split(separator: "\r\n\r\n").last ?? ""
            return ScriptedPeer.answer(201, "\(path) \(body)")
        }
        defer { peer.stop() }
        var requests = (0..<40).map {
            HTTPRequest(method: "POST", url: "\(peer.url)/\($0)", body: Array("b\($0)".utf8))
        }
        requests.insert(HTTPRequest(url: "ftp://127.0.0.1/"), at: 7)
        let results = await sender(concurrentMax: 5, perHostMax: 3).send(requests)
        #expect(results.count == 41)
        #expect(throws: HTTPClientError.self) { try results[7].get() }
        for (index, result) in results.enumerated() where index != 7 {
            let number = index < 7 ? index : index - 1
            let body = String(decoding: try result.get().body, as: UTF8.self)
            #expect(body == "/\(number) b\(number)")
        }
        #expect(peer.concurrentPeak <= 3)
        #expect(peer.connectionCount <= 5)
    }

    @Test("no request at all gives no result")
    func empty() async { #expect(await sender().send([]).isEmpty) }

    @Test("a redirect is an answer; its target is not visited")
    func redirect() async throws {
        let target = LoopbackListener()
        let peer = ScriptedPeer { _ in
            ScriptedPeer.answer(302, "", fields: ["Location: http://127.0.0.1:\(target.port)/"])
        }
        defer { peer.stop() }
        let response = try await sender().send([HTTPRequest(url: peer.url)])[0].get()
        #expect(response.status == 302)
        #expect(target.acceptedCount() == 0)
        #expect(peer.requests.count == 1)
    }

    @Test("a peer that never answers and one that drips both end at the deadline")
    func deadline() async throws {
        let peer = ScriptedPeer { $0.contains("/drip") ? .drip : .silence }
        defer { peer.stop() }
        let results = await sender(HTTPLimits(deadlineMs: 50)).send([
            HTTPRequest(url: peer.url + "/silence"), HTTPRequest(url: peer.url + "/drip"),
        ])
        for result in results {
            let error = #expect(throws: HTTPClientError.self) { try result.get() }
            #expect(error?.code == .timeout)
        }
    }

    @Test("a body over the limit fails, or is cut where the caller prefers that")
    func responseLimit() async throws {
        let peer = ScriptedPeer { _ in
            ScriptedPeer.answer(200, String(repeating: "y", count: 100_000))
        }
        defer { peer.stop() }
        let requests = [HTTPRequest(url: peer.url)]
        let strict = await sender(HTTPLimits(deadlineMs: 5000, responseBytesMax: 99_999))
            .send(requests)
        let error = #expect(throws: HTTPClientError.self) { try strict[0].get() }
        #expect(error?.code == .tooLarge)
        let cut = try await sender(
            HTTPLimits(deadlineMs: 5000, responseBytesMax: 1000, truncateInsteadOfFail: true)
        ).send(requests)[0].get()
        #expect(cut.status == 200)
        #expect(cut.body.count == 1000)
        #expect(cut.truncated)
        let whole = try await sender(HTTPLimits(deadlineMs: 5000, responseBytesMax: 100_000))
            .send(requests)[0].get()
        #expect(whole.body.count == 100_000)
        #expect(!whole.truncated)
    }

    @Test("an endless header section fails")
    func headLimit() async throws {
        let line = "X-Pad: " + String(repeating: "z", count: 1000) + "\r\n"
        let peer = ScriptedPeer { _ in
            .bytes("HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 100) + "\r\n")
        }
        defer { peer.stop() }
        let results = await sender().send([HTTPRequest(url: peer.url)])
        let error = #expect(throws: HTTPClientError.self) { try results[0].get() }
        #expect(error?.code == .tooLarge)
    }

    @Test("an encoded body stays encoded and no encoding is asked for")
    func noDecoding() async throws {
        let peer = ScriptedPeer { _ in
            ScriptedPeer.answer(200, "not gzip", fields: ["Content-Encoding: gzip"])
        }
        defer { peer.stop() }
        let response = try await sender().send([HTTPRequest(url: peer.url)])[0].get()
        #expect(String(decoding: response.body, as: UTF8.self) == "not gzip")
        #expect(!peer.requests[0].lowercased().contains("accept-encoding"))
    }

    @Test("proxies in the environment are ignored")
    func proxies() async throws {
        let proxy = LoopbackListener()
        let names = [
            "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
        ]
        for name in names { setenv(name, "http://127.0.0.1:\(proxy.port)", 1) }
        defer { for name in names { unsetenv(name) } }
        let peer = ScriptedPeer { _ in ScriptedPeer.answer(200, "direct") }
        defer { peer.stop() }
        let response = try await sender().send([HTTPRequest(url: peer.url)])[0].get()
        #expect(String(decoding: response.body, as: UTF8.self) == "direct")
        #expect(proxy.acceptedCount() == 0)
    }
}
