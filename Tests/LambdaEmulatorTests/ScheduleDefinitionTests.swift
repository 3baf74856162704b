import Testing

@testable import LambdaEmulator

@Suite("Schedules of EventBridge Scheduler")
struct ScheduleDefinitionTests {
    private func times(
        _ expression: String, in zone: String = "UTC", from start: String, count: Int = 3,
        startDate: String? = nil, endDate: String? = nil
    ) throws -> [String] {
        func ms(_ text: String) throws -> Int64 {
            try #require(CivilTime(iso8601: text[...])).unixSeconds * 1_000
        }
        var schedule = ScheduleDefinition(
            function: "f", name: "s", expression: try #require(ScheduleExpression(expression)),
            service: .scheduler)
        schedule.zone = try #require(LocalTimeZone(zone))
        schedule.startMs = try startDate.map(ms)
        schedule.endMs = try endDate.map(ms)
        let createdMs = try ms(start)
        var found: [String] = []
        var moment = createdMs
        while found.count < count, let next = schedule.next(afterMs: moment, createdMs: createdMs) {
            #expect(next > moment)
            found.append(String(CivilTime(unixSeconds: next / 1_000).iso8601.dropLast()))
            moment = next
        }
        return found
    }

    @Test("cron follows the zone's clocks over both changes")
    func followsClocks() throws {
        #expect(
            try times("cron(0 8 * * ? *)", in: "Europe/Berlin", from: "2026-03-27T12:00:00")
                == ["2026-03-28T07:00:00", "2026-03-29T06:00:00", "2026-03-30T06:00:00"])
        #expect(
            try times("cron(0 8 * * ? *)", in: "Europe/Berlin", from: "2026-10-23T12:00:00")
                == ["2026-10-24T06:00:00", "2026-10-25T07:00:00", "2026-10-26T07:00:00"])
    }

    @Test("a time that is skipped does not fire; one that comes twice fires once")
    func changes() throws {
        #expect(
            try times("cron(30 2 * * ? *)", in: "Europe/Berlin", from: "2026-03-27T12:00:00")
                == ["2026-03-28T01:30:00", "2026-03-30T00:30:00", "2026-03-31T00:30:00"])
        #expect(
            try times("cron(30 2 * * ? *)", in: "Europe/Berlin", from: "2026-10-23T12:00:00")
                == ["2026-10-24T00:30:00", "2026-10-25T00:30:00", "2026-10-26T01:30:00"])
        #expect(
            try times(
                "cron(30 * * * ? *)", in: "Europe/Berlin", from: "2026-10-24T23:40:00", count: 3)
                == ["2026-10-25T00:30:00", "2026-10-25T02:30:00", "2026-10-25T03:30:00"])
        #expect(
            try times(
                "cron(30 * * * ? *)", in: "Europe/Berlin", from: "2026-10-25T01:10:00", count: 1)
                == ["2026-10-25T02:30:00"], "begun between the two")
    }

    @Test("a rate of a day is 24 hours, whatever the clocks do")
    func ratesIgnoreClocks() throws {
        #expect(
            try times("rate(1 day)", in: "Europe/Berlin", from: "2026-03-28T12:00:00", count: 2)
                == ["2026-03-29T12:00:00", "2026-03-30T12:00:00"])
    }

    @Test("a one-time schedule fires once, in its zone, and not at a skipped time")
    func firesOnce() throws {
        #expect(
            try times("at(2026-07-01T08:00:00)", in: "Europe/Berlin", from: "2026-01-01T00:00:00")
                == ["2026-07-01T06:00:00"])
        #expect(
            try times("at(2026-07-01T08:00:00)", from: "2026-07-01T08:00:00") == [],
            "its time is over")
        #expect(
            try times("at(2026-03-29T02:30:00)", in: "Europe/Berlin", from: "2026-01-01T00:00:00")
                == [])
        #expect(
            try times(
                "at(2026-07-01T08:00:00)", from: "2026-01-01T00:00:00",
                startDate: "2027-01-01T00:00:00", endDate: "2026-02-01T00:00:00")
                == ["2026-07-01T08:00:00"], "the dates do not concern it")
    }

    @Test("nothing fires before the start date or after the end date; a rate counts from the start")
    func dates() throws {
        let (start, end) = ("2026-06-01T00:30:00", "2026-06-01T02:30:00")
        #expect(
            try times(
                "rate(1 hour)", from: "2026-01-01T00:00:00", count: 9, startDate: start,
                endDate: end)
                == ["2026-06-01T00:30:00", "2026-06-01T01:30:00", "2026-06-01T02:30:00"])
        #expect(
            try times(
                "rate(1 hour)", from: "2026-06-01T01:00:00", count: 9, startDate: start,
                endDate: end) == ["2026-06-01T01:30:00", "2026-06-01T02:30:00"])
        #expect(
            try times(
                "cron(0,30 * * * ? *)", from: "2026-01-01T00:00:00", count: 9, startDate: start,
                endDate: "2026-06-01T01:30:00")
                == ["2026-06-01T00:30:00", "2026-06-01T01:00:00", "2026-06-01T01:30:00"])
    }

    @Test("expressions are shown as they are written")
    func shows() {
        for text in [
            "rate(1 minute)", "rate(90 minutes)", "cron(0 8 ? * MON-FRI *)",
            "at(2026-07-01T08:00:00)",
        ] {
            #expect(ScheduleExpression(text)?.description == text)
        }
        for text in ["at(2026-02-29T08:00:00)", "at(2026-07-01T24:00:00)", "at(2026-07-01)"] {
            #expect(ScheduleExpression(text) == nil)
        }
    }
}
