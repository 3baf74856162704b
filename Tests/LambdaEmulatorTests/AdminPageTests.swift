import Foundation
import HTTPClient
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("The emulator's page and what it asks for")
struct AdminPageTests {
    private let emulator: TestEmulator

    init() throws {
        emulator = try TestEmulator(
            Template(
                functions: [FunctionDefinition(name: "f", codeDirectory: "/none")],
                routes: [RouteDefinition(function: "f", method: "GET", path: "/a")],
                queues: [QueueDefinition(name: "jobs")],
                queueSources: [QueueSourceDefinition(function: "f", queue: "jobs")]))
    }

    private func get(_ path: String) async throws -> JSONValue {
        let answer = try await emulator.call("GET", "/_emulator/\(path)")
        #expect(answer.status == 200)
        return try StrictJSON.parse(
            answer.body, limits: JSONLimits(bytesMax: 1 << 20, depthMax: 16))
    }

    @Test("the page lets nothing run but its own script and style, new in each answer")
    func policy() async throws {
        let page = try await emulator.call("GET", "/_emulator/")
        let policy = try #require(page.field("content-security-policy"))
        let nonce = try #require(policy.firstMatch(of: /script-src 'nonce-([0-9a-z]{10,})'/)?.1)
        #expect(policy.hasPrefix("default-src 'none'; "))
        #expect(!policy.contains("unsafe"))
        #expect(page.field("content-type") == "text/html; charset=utf-8")
        #expect(page.text.contains("<script nonce=\"\(nonce)\">"))
        #expect(page.text.contains("<style nonce=\"\(nonce)\">"))
        #expect(!page.text.contains("NONCE"))
        let other = try await emulator.call("GET", "/_emulator/")
        #expect(other.field("content-security-policy") != policy)
    }

    @Test("the page makes no markup of data and fetches nothing from elsewhere")
    func source() throws {
        let text = String(decoding: PackageResources.page_html, as: UTF8.self)
        for word in [
            "innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "http:",
            "https:", "src=", "style=\"", "onclick=\"",
        ] { #expect(!text.contains(word), "\(word)") }
        #expect(text.split(separator: "\n").count < 300)
    }

    @Test(
        "nothing is changed by a request that another page could make",
        arguments: [
            [], [("X-Emulator-Request", "1"), ("Origin", "http://127.0.0.1:1")],
            [("X-Emulator-Request", "1"), ("Origin", "http://evil.example")],
            [("X-Emulator-Request", "1"), ("Sec-Fetch-Site", "cross-site")],
            [("X-Emulator-Request", "1"), ("Origin", "null")],
        ])
    func refusals(fields: [(String, String)]) async throws {
        for path in ["clock/advance?by=1h", "events/redrive", "invocations/x/replay"] {
            let answer = try await emulator.call("POST", "/_emulator/\(path)", fields)
            #expect(answer.status == 403)
        }
        let preflight = try await emulator.call(
            "OPTIONS", "/_emulator/events/redrive",
            [("Origin", "http://localhost:1"), ("Access-Control-Request-Method", "POST")])
        #expect(preflight.status == 403)
        #expect(!preflight.fields.contains { $0.name.lowercased().hasPrefix("access-control") })
    }

    @Test("its own page's requests are taken")
    func ownRequests() async throws {
        let answer = try await emulator.call(
            "POST", "/_emulator/events/redrive",
            [("X-Emulator-Request", "1"), ("Origin", emulator.server.url)])
        #expect(answer.status == 200)
    }

    private func invoke(_ answer: String, isError: Bool = false) async throws -> String {
        async let result = emulator.server.invoke(function: "f", payload: Array("{}".utf8))
        let instance = try await emulator.instance()
        let event = try await instance.next()
        _ = try await instance.send(
            "POST", "invocation/\(event.requestID)/\(isError ? "error" : "response")",
            body: answer)
        _ = try await result
        instance.end(.status(0))
        return event.requestID
    }

    @Test("invocations are listed without their bodies, filtered, and each is told whole")
    func invocations() async throws {
        let good = try await invoke("1")
        let bad = try await invoke("2", isError: true)
        let all = try await get("invocations")["invocations"]?.array
        #expect(all?.compactMap { $0["id"]?.string } == [bad, good])
        #expect(all?.first?["event"] == nil)
        let failed = try await get("invocations?failed=true&function=f")["invocations"]?.array
        #expect(failed?.compactMap { $0["id"]?.string } == [bad])
        #expect(try await get("invocations?function=g")["invocations"]?.array == [])
        #expect(try await get("invocations?limit=1")["invocations"]?.array?.count == 1)
        #expect(try await get("invocations/\(good)")["answer"]?.string == "1")
        for path in ["invocations/none", "invocations/"] {
            #expect(try await emulator.call("GET", "/_emulator/\(path)").status == 404)
        }
        let many = try await emulator.call("GET", "/_emulator/invocations?limit=0")
        #expect(many.status == 400)
    }

    @Test("an invocation is replayed as a new one with the same event")
    func replays() async throws {
        let first = try await invoke("1")
        async let replayed = emulator.call(
            "POST", "/_emulator/invocations/\(first)/replay", [(AdminAPI.requiredField, "1")])
        let event = try await emulator.serve("7")
        #expect(event.body == "{}")
        let record = try StrictJSON.parse(try await replayed.body)
        #expect(record["id"]?.string == event.requestID)
        #expect(record["answer"]?.string == "7")
        #expect(event.requestID != first)
        for path in ["none/replay", "\(first)/repeat"] {
            let answer = try await emulator.call(
                "POST", "/_emulator/invocations/\(path)", [(AdminAPI.requiredField, "1")])
            #expect(answer.status == 404)
        }
    }

    @Test("a function tells what calls it and what it does")
    func functions() async throws {
        _ = try await invoke("1")
        let function = try await get("functions")["functions"]?.array?.first
        #expect(function?["calledBy"]?.array == ["route:GET /a", "queue:jobs"])
        #expect(function?["state"]?.string == "cold")
        #expect(function?["instancesMax"]?.number?.integer == 10)
    }
}
