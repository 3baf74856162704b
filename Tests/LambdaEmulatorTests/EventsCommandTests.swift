import HTTPServer
import Locking
import StrictJSON
import Testing

@testable import LambdaEmulatorTool

@Suite("events")
struct EventsCommandTests {
    private func command(_ line: String) throws -> EventsCommand? {
        var words = ArgumentReader(line.split(separator: " ").map(String.init))
        return try EventsCommand(&words)
    }

    @Test("actions and their options")
    func reads() throws {
        #expect(
            try command("list")?.action == .list(function: nil, state: nil, limit: 100))
        let list = try command("list --function f --state dead --limit 5 --url http://h:1")
        #expect(list?.action == .list(function: "f", state: "dead", limit: 5))
        #expect(list?.url == "http://h:1")
        #expect(try command("show x")?.action == .show("x"))
        #expect(try command("redrive x")?.action == .redrive("x"))
        #expect(try command("redrive --all")?.action == .redriveAll)
        #expect(try command("purge")?.action == .purge(isDead: true))
        #expect(try command("purge --waiting")?.action == .purge(isDead: false))
    }

    @Test("a list is a table: ages, what comes next, and what failed last")
    func lists() throws {
        let answer: JSONValue = [
            "waiting": 1, "inFlight": 0, "dead": 1,
            "events": [
                [
                    "id": "i-1", "function": "score", "state": "waiting", "attempts": 1,
                    "acceptedMs": 1_000, "ageMs": 61_500, "dueMs": 182_500, "errorType": "E",
                ],
                [
                    "id": "i-22", "function": "f", "state": "dead", "attempts": 3,
                    "acceptedMs": 1_000, "ageMs": 7_800_000,
                ],
            ],
        ]
        #expect(
            EventListing(answer).text == """
                1 waiting, 0 in flight, 1 dead
                ID    FUNCTION  STATE    ATTEMPTS  AGE    NEXT   LAST ERROR
                i-1   score     waiting  1         1m1s   in 2m  E
                i-22  f         dead     3         2h10m

                """)
        #expect(
            EventListing(["waiting": 0, "inFlight": 0, "dead": 0, "events": []]).text
                == "0 waiting, 0 in flight, 0 dead\n")
    }

    @Test("a running emulator is asked by the path; what it refuses is one line, and 1")
    func calls() throws {
        let targets = Locked<[String]>([])
        let server = try HTTPServer(port: 0, bodyBytesMax: 1_000) { request, responder in
            targets.withLock { $0.append("\(request.method) \(request.target)") }
            let isKnown = !request.target.contains("nope")
            responder.respond(
                status: isKnown ? 200 : 404, fields: [],
                body: Array((isKnown ? #"{"redriven":2}"# : #"{"message":"no event"}"#).utf8))
        }
        defer { server.stop() }
        let printed = Locked("")
        for (line, status) in [("redrive --all", Int32(0)), ("show nope", 1)] {
            var command = try #require(try command(line))
            command.url = "http://127.0.0.1:\(server.port)/"
            command.print = { bytes in
                printed.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
            }
            #expect(command.run() == status)
        }
        #expect(printed.withLock { $0 } == "2 redriven\n")
        #expect(
            targets.withLock { $0 } == [
                "POST /_emulator/events/redrive", "GET /_emulator/events/nope",
            ])
    }
}
