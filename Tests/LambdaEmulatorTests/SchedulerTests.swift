import Locking
import Testing

@testable import LambdaEmulator

@Suite("Scheduler")
struct SchedulerTests {
    private let schedule = ScheduleDefinition(
        function: "f", name: "tick", expression: .rate(minutes: 5))

    @Test("fires each schedule when it is due, once, however long the clock was away")
    func fires() {
        let clock = ManualClock(unixMs: 1_000_000)
        let fired = Locked<[Int64]>([])
        let scheduler = Scheduler([schedule], clock: VirtualClock(clock.clock)) { _, dueMs in
            fired.withLock { $0.append(dueMs) }
        }
        #expect(scheduler.tick(at: 0) == 30_000_000_000, "the wall clock is looked at again")
        clock.advance(byMs: 299_000)
        #expect(scheduler.tick(at: 0) == 1_000_000_000)
        #expect(fired.withLock { $0 } == [])
        clock.advance(byMs: 1_000)
        _ = scheduler.tick(at: 0)
        _ = scheduler.tick(at: 0)
        #expect(fired.withLock { $0 } == [1_300_000])
        clock.advance(byMs: 3_600_000)
        _ = scheduler.tick(at: 0)
        #expect(fired.withLock { $0 } == [1_300_000, 1_600_000])
        clock.advance(byMs: 300_000)
        _ = scheduler.tick(at: 0)
        #expect(fired.withLock { $0 } == [1_300_000, 1_600_000, 5_200_000])
    }

    @Test("a running emulator invokes the function with the schedule's event")
    func invokes() async throws {
        let clock = ManualClock(unixMs: 1_795_194_570_000)
        let spawner = TestSpawner()
        var template = Template(functions: [FunctionDefinition(name: "f", codeDirectory: "/")])
        template.schedules = [schedule]
        let server = EmulatorServer(
            quietConfiguration(template, spawner: spawner, clock: clock.clock))
        try server.start()
        defer { server.stop() }
        clock.advance(byMs: 300_000)
        server.clockChanged()
        let instance = try #require(await spawner.next())
        let event = try await instance.next()
        #expect(
            event.body.wholeMatch(
                of: /\{"version":"0","id":"[0-9a-f-]{36}","detail-type":"Scheduled Event",.*/)
                != nil)
        #expect(
            event.body.hasSuffix(
                #""source":"aws.events","account":"123456789012","time":"2026-11-20T17:14:30Z","#
                    + #""region":"us-east-1","resources":["arn:aws:events:us-east-1:"#
                    + #"123456789012:rule/tick"],"detail":{}}"#))
        try await instance.respond(event.requestID, "null")
    }

    @Test("schedules are listed with what comes next, and fired when a person wants it")
    func tells() async throws {
        let spawner = TestSpawner()
        let clock = ManualClock(unixMs: 1_795_194_570_000)
        var template = Template(functions: [FunctionDefinition(name: "f", codeDirectory: "/")])
        template.schedules = [schedule]
        let server = EmulatorServer(
            quietConfiguration(template, spawner: spawner, clock: clock.clock))
        try server.start()
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)/_emulator/schedules"
        #expect(
            try await call(url).text
                == #"{"schedules":[{"name":"tick","function":"f","expression":"rate(5 minutes)","#
                + #""timezone":"UTC","nextMs":1795194870000,"next":"2026-11-20T17:14:30.000Z"}]}"#)
        #expect(
            try await call(url + "/tick/fire", method: "POST", fields: adminFields).text
                == #"{"fired":"tick"}"#)
        let instance = try #require(await spawner.next())
        let event = try await instance.next()
        #expect(event.body.contains(#""time":"2026-11-20T17:09:30Z""#))
        try await instance.respond(event.requestID, "null")
        let unknown = try await call(url + "/tock/fire", method: "POST", fields: adminFields)
        #expect(unknown.text == #"{"message":"no schedule has this name"}"#)
    }

    @Test("an input replaces the event; the scheduler fills its placeholders")
    func fillsInput() {
        let occasion = ScheduledEventBuilder.Occasion(
            dueMs: 1_795_194_570_000, id: "id-1", region: "r", accountID: "1")
        var schedule = schedule
        schedule.input = #"{"t":"<aws.scheduler.scheduled-time>"}"#
        #expect(
            String(decoding: ScheduledEventBuilder.make(schedule, occasion), as: UTF8.self)
                == #"{"t":"<aws.scheduler.scheduled-time>"}"#)
        schedule.service = .scheduler
        #expect(
            String(decoding: ScheduledEventBuilder.make(schedule, occasion), as: UTF8.self)
                == #"{"t":"2026-11-20T17:09:30Z"}"#)
        schedule.input = nil
        #expect(
            String(decoding: ScheduledEventBuilder.make(schedule, occasion), as: UTF8.self)
                == #"{"version":"0","id":"id-1","detail-type":"Scheduled Event","#
                + #""source":"aws.scheduler","account":"1","time":"2026-11-20T17:09:30Z","#
                + #""region":"r","resources":["arn:aws:scheduler:r:1:schedule/default/tick"],"#
                + #""detail":"{}"}"#)
    }
}
