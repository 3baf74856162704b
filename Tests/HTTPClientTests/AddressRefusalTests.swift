import Testing

@testable import HTTPClient

@Suite("Addresses closed to callers")
struct AddressRefusalTests {
    struct Spelling: CustomTestStringConvertible, Sendable {
        let host: String
        let code: HTTPClientError.Code
        var testDescription: String { host }
    }

    static let refused = [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f.1", "0x7f000001", "0X7F.0.0.1",
        "0177.0.0.1", "017700000001", "0177.0x0.1", "127.255.255.254", "0.0.0.0", "0",
        "0x0", "0.0.0.1", "localhost", "LOCALHOST", "app.localhost", "[::1]",
        "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:7f00:0001]", "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::7f00:1]",
        "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:7f00:1::1]",
        "[2001:0:7f00:1::]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[fe80::1]", "[fc00::1]",
        "[fd12:3456::1]", "[fd00:ec2::254]", "[fd20:ce::254]", "[ff02::1]", "[100::1]",
        "[2001:db8::1]", "[3fff::1]", "[5f00::1]", "[fec0::1]", "10.0.0.1", "10.1", "172.16.0.1",
        "172.31.255.255", "192.168.0.1", "192.168.1", "100.64.0.1", "100.127.255.255",
        "169.254.1.1", "169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376",
        "168.63.129.16", "100.100.100.200", "192.0.0.192", "192.0.2.1", "192.88.99.1",
        "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255",
    ].map { Spelling(host: $0, code: .addressRefused) }

    static let invalid = [
        "127.0.0.1@127.0.0.1", "example.com%40127.0.0.1", "user:pw@127.0.0.1", "[fe80::1%25eth0]",
        "127.0.0.1\\@example.com", "127.0.0.1 ", "\u{FF11}27.0.0.1", "127\u{3002}0.0.1", "",
    ].map { Spelling(host: $0, code: .invalidURL) }

    @Test(
        "every spelling of a closed address is refused and no connection reaches the listener",
        arguments: refused + invalid)
    func refuses(_ spelling: Spelling) async throws {
        let listener = LoopbackListener()
        let sender = HTTPSender(
            limits: HTTPLimits(deadlineMs: 5000), policy: .publicOnly, concurrentMax: 1,
            perHostMax: 1)
        let results = await sender.send([
            HTTPRequest(url: "http://\(spelling.host):\(listener.port)/")
        ])
        let error = #expect(throws: HTTPClientError.self) { try results[0].get() }
        #expect(error?.code == spelling.code)
        #expect(listener.acceptedCount() == 0)
    }

    @Test("the table holds at least forty spellings")
    func tableSize() { #expect(Self.refused.count >= 40) }

    @Test("the same listener is reached once the policy is open, so the count can fail")
    func countsWhenOpen() async throws {
        let listener = LoopbackListener()
        let sender = HTTPSender(
            limits: HTTPLimits(deadlineMs: 50), policy: .unrestricted, concurrentMax: 1,
            perHostMax: 1)
        let results = await sender.send([HTTPRequest(url: "http://127.1:\(listener.port)/")])
        let error = #expect(throws: HTTPClientError.self) { try results[0].get() }
        #expect(error?.code == .timeout)
        #expect(listener.acceptedCount() == 1)
    }

    @Test("a name whose answers mix open and closed addresses is refused")
    func mixedAnswers() async throws {
        let listener = LoopbackListener()
        let open = try #require(NetworkPrefix(text: "127.0.0.1/32"))
        let sender = HTTPSender(
            limits: HTTPLimits(deadlineMs: 5000), policy: AddressPolicy(allowedNetworks: [open]),
            concurrentMax: 1, perHostMax: 1,
            hostAddresses: ["hook.test": ["127.0.0.1", "10.0.0.1"]])
        let results = await sender.send([HTTPRequest(url: "http://hook.test:\(listener.port)/")])
        let error = #expect(throws: HTTPClientError.self) { try results[0].get() }
        #expect(error?.code == .addressRefused)
        #expect(listener.acceptedCount() == 0)
    }

    @Test("what a connection is refused for cannot be told from the error's text")
    func noOracle() async throws {
        let listener = LoopbackListener()
        let sender = HTTPSender(
            limits: HTTPLimits(deadlineMs: 5000), policy: .publicOnly, concurrentMax: 2,
            perHostMax: 2)
        let results = await sender.send([
            HTTPRequest(url: "http://127.0.0.1:\(listener.port)/"),
            HTTPRequest(url: "http://10.0.0.1:6379/"),
        ])
        let first = #expect(throws: HTTPClientError.self) { try results[0].get() }
        let second = #expect(throws: HTTPClientError.self) { try results[1].get() }
        #expect(first == second)
    }
}
