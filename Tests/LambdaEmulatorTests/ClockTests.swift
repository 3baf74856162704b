import TestSupport
import HTTPClient
import Locking
import StrictJSON
import Testing

@testable import LambdaEmulator
@testable import LambdaEmulatorTool

@Suite("Virtual clock")
struct ClockTests {
    private let clock = ManualClock(unixMs: 1_000_000)

    @Test("it is the machine's, what it was put ahead, and stands still while it is held")
    func holds() {
        let virtual = VirtualClock(clock.clock)
        #expect(virtual.unixMs == 1_000_000)
        virtual.hold()
        clock.advance(byMs: 10)
        #expect(virtual.unixMs == 1_000_000)
        virtual.hold(atMs: 1_005_000)
        virtual.hold(atMs: 1_001_000)
        #expect(virtual.unixMs == 1_005_000, "it never goes back")
        #expect(virtual.steadyNs == 1_005_000 * 1_000_000)
        virtual.release()
        #expect(virtual.unixMs == 1_005_000)
        #expect(virtual.aheadMs == 4_990)
        clock.advance(byMs: 10)
        #expect(virtual.unixMs == 1_005_010)
    }

    @Test("it does not fall behind the machine's when a moment took long")
    func catchesUp() {
        let virtual = VirtualClock(clock.clock)
        virtual.hold()
        virtual.hold(atMs: 1_000_100)
        clock.advance(byMs: 5_000)
        virtual.release()
        #expect(virtual.unixMs == 1_005_000)
        #expect(virtual.aheadMs == 0)
    }

    private func started(_ spawner: TestSpawner) throws -> EmulatorServer {
        let functions = ["f", "g"].map {
            FunctionDefinition(name: $0, codeDirectory: "/none", timeoutMs: 900_000)
        }
        let schedules = [
            ScheduleDefinition(function: "f", name: "often", expression: .rate(minutes: 1)),
            ScheduleDefinition(function: "g", name: "seldom", expression: .rate(minutes: 2)),
        ]
        let server = EmulatorServer(
            quietConfiguration(
                Template(functions: functions, schedules: schedules), spawner: spawner,
                clock: clock.clock))
        try server.start()
        return server
    }

    /// What fires in five minutes: `g` fails each time, `f` never.
    private func run() async throws -> [FiredEvent] {
        let spawner = TestSpawner()
        let server = try started(spawner)
        let service = Task {
            await withTaskGroup { group in
                for await instance in spawner.instances {
                    let fails = instance.launch.definition.name == "g"
                    group.addTask { await Self.serve(instance, fails: fails) }
                }
            }
        }
        let fired = try await server.advance(by: .seconds(300))
        try await onThread { server.stop() }
        spawner.end()
        await service.value
        return fired
    }

    private static func serve(_ instance: TestInstance, fails: Bool) async {
        while let event = try? await instance.next(), !event.requestID.hasPrefix("status") {
            _ = try? await instance.send(
                "POST", "invocation/\(event.requestID)/\(fails ? "error" : "response")",
                body: "{}")
        }
    }

    @Test("schedules and retries fire in the order of their times, the same in every run")
    func advances() async throws {
        let first = try await run()
        func line(_ event: FiredEvent) -> String {
            let seconds = (event.atMs - 1_000_000) / 1_000
            return "\(seconds) \(event.source) \(event.function) \(event.attempt) \(event.outcome)"
        }
        #expect(
            first.map(line) == [
                "60 schedule:often f 1 success", "120 schedule:often f 1 success",
                "120 schedule:seldom g 1 Runtime.Unknown", "180 schedule:often f 1 success",
                "180 schedule:seldom g 2 Runtime.Unknown", "240 schedule:often f 1 success",
                "240 schedule:seldom g 1 Runtime.Unknown", "300 schedule:often f 1 success",
                "300 schedule:seldom g 3 Runtime.Unknown",
                "300 schedule:seldom g 2 Runtime.Unknown",
            ])
        #expect(try await run() == first)
    }

    @Test("over HTTP it tells the time and what fired, and refuses what is no time")
    func answers() async throws {
        let spawner = TestSpawner()
        let server = try started(spawner)
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)/_emulator/clock"
        #expect(
            try await call(url).text
                == #"{"unixMs":1000000,"time":"1970-01-01T00:16:40.000Z","aheadMs":0}"#)
        #expect(
            try await call(url + "/advance?by=soon", method: "POST", fields: adminFields).status
                == 400)
        async let advanced = call(url + "/advance?by=1m", method: "POST", fields: adminFields)
        let instance = try #require(await spawner.next())
        let event = try await instance.next()
        let busy = try await call(url + "/advance?by=1m", method: "POST", fields: adminFields)
        #expect(busy.status == 409)
        await #expect(throws: EmulatorError.clockBusy) { try await server.advance(by: .zero) }
        try await instance.respond(event.requestID, "null")
        #expect(
            try await advanced.text
                == #"{"unixMs":1060000,"time":"1970-01-01T00:17:40.000Z","aheadMs":60000,"#
                + #""fired":[{"atMs":1060000,"time":"1970-01-01T00:17:40.000Z","#
                + #""source":"schedule:often","function":"f","attempt":1,"records":1,"#
                + #""outcome":"success"}]}"#)
    }

    @Test("a stop does not wait for what is being put ahead")
    func stops() async throws {
        let spawner = TestSpawner()
        let server = try started(spawner)
        async let fired = server.advance(by: .seconds(3_600))
        let instance = try #require(await spawner.next())
        _ = try await instance.next()
        try await onThread { server.stop() }
        #expect(try await fired.count <= 1)
    }

    @Test("the command shows what fired as columns, and the time")
    func shows() throws {
        let answer: JSONValue = [
            "time": "T2", "aheadMs": 5_400_000,
            "fired": [
                [
                    "time": "T1", "source": "schedule:s", "function": "f", "attempt": 1,
                    "records": 1, "outcome": "success",
                ],
                [
                    "time": "T2", "source": "queue:jobs", "function": "work", "attempt": 2,
                    "records": 3, "outcome": "E",
                ],
            ],
        ]
        #expect(
            ClockCommand.text(of: answer) == """
                T1  schedule:s  f                           success
                T2  queue:jobs  work  3 records  attempt 2  E
                it is T2, 1h30m ahead of the machine's clock

                """)
    }

    @Test(
        "the command's words",
        arguments: [
            ("", nil, nil), ("advance 6h", 21_600_000, nil),
            ("advance", nil, "clock: advance and a time such as 90s or 1h30m expected"),
            ("advance 6", nil, "clock: advance and a time such as 90s or 1h30m expected"),
            ("back 6h", nil, "clock: advance and a time such as 90s or 1h30m expected"),
            ("--nope", nil, "--nope: not an option of clock; see --help"),
        ] as [(String, Int64?, String?)])
    func reads(line: String, ms: Int64?, error: String?) {
        var words = ArgumentReader(line.split(separator: " ").map(String.init))
        do throws(ArgumentError) {
            let command = try ClockCommand(&words)
            #expect(command.span?.ms == ms)
            #expect(error == nil)
        } catch let thrown {
            #expect(thrown.line == error)
        }
    }
}
