import Testing

@testable import LambdaEmulator

@Suite("Schedule expressions")
struct ScheduleExpressionTests {
    /// 2026-11-20T17:09:30Z, a Friday.
    private let now: Int64 = 1_795_194_570_000

    private func next(_ text: String, after ms: Int64? = nil) throws -> String? {
        let expression = try #require(ScheduleExpression(text))
        return expression.next(afterMs: ms ?? now, startMs: now)
            .map { CivilTime(unixSeconds: $0 / 1_000).iso8601 }
    }

    @Test(
        "cron expressions fire next at",
        arguments: [
            ("cron(* * * * ? *)", "2026-11-20T17:10:00Z"),
            ("cron(0 8 * * ? *)", "2026-11-21T08:00:00Z"),
            ("cron(15 17 * * ? *)", "2026-11-20T17:15:00Z"),
            ("cron(9 17 * * ? *)", "2026-11-21T17:09:00Z"),
            ("cron(0/10 * ? * MON-FRI *)", "2026-11-20T17:10:00Z"),
            ("cron(0 18 ? * MON-WED *)", "2026-11-23T18:00:00Z"),
            ("cron(0 18 ? * 2,sun *)", "2026-11-22T18:00:00Z"),
            ("cron(5,35 */6 * * ? *)", "2026-11-20T18:05:00Z"),
            ("cron(0 0 1 1 ? *)", "2027-01-01T00:00:00Z"),
            ("cron(0 0 L * ? *)", "2026-11-30T00:00:00Z"),
            ("cron(0 0 L-2 FEB ? *)", "2027-02-26T00:00:00Z"),
            ("cron(0 0 29 2 ? *)", "2028-02-29T00:00:00Z"),
            ("cron(0 0 31 * ? *)", "2026-12-31T00:00:00Z"),
            ("cron(0 0 ? * 6L *)", "2026-11-27T00:00:00Z"),
            ("cron(0 0 ? * FRI#1 *)", "2026-12-04T00:00:00Z"),
            ("cron(0 0 ? * L *)", "2026-11-21T00:00:00Z"),
            ("cron(0 0 22W * ? *)", "2026-11-23T00:00:00Z"),
            ("cron(0 0 1 JAN-MAR ? 2030/5)", "2030-01-01T00:00:00Z"),
            ("cron(59 23 31 DEC ? 2199)", "2199-12-31T23:59:00Z"),
        ])
    func firesNext(text: String, time: String) throws {
        #expect(try next(text) == time)
    }

    @Test("an expression whose years are over fires no more")
    func ends() throws {
        #expect(try next("cron(0 0 1 1 ? 2026)") == nil)
        #expect(try next("cron(0 0 30 2 ? *)") == nil)
    }

    @Test("rates count from the start")
    func rates() throws {
        #expect(try next("rate(1 minute)") == "2026-11-20T17:10:30Z")
        #expect(try next("rate(90 minutes)") == "2026-11-20T18:39:30Z")
        #expect(try next("rate(2 hours)", after: now + 7_200_000) == "2026-11-20T21:09:30Z")
        #expect(try next("rate(1 day)", after: now + 1) == "2026-11-21T17:09:30Z")
    }

    @Test(
        "what EventBridge refuses is refused",
        arguments: [
            "rate(1 minutes)", "rate(5 minute)", "rate(0 minutes)", "rate(-1 minutes)",
            "rate(1 second)", "rate(minute)", "rate 5 minutes", "cron(* * * * * *)",
            "cron(* * ? * ? *)", "cron(* * * * ?)", "cron(60 * * * ? *)", "cron(* 24 * * ? *)",
            "cron(* * 32 * ? *)", "cron(* * 0 * ? *)", "cron(* * * 13 ? *)", "cron(* * ? * 8 *)",
            "cron(* * ? * FOO *)", "cron(5-1 * * * ? *)", "cron(*/0 * * * ? *)",
            "cron(? * * * ? *)", "cron(* * ? * 2#6 *)", "cron(,* * * * ? *)", "at(2026-01-01)", "",
        ])
    func refuses(text: String) {
        #expect(ScheduleExpression(text) == nil)
    }

    @Test("the calendar agrees with itself over four hundred years and knows its weekdays")
    func calendar() {
        var day = CivilTime(year: 1969, month: 12, day: 31)
        var seconds: Int64 = -86_400
        for _ in 0..<150_000 {
            #expect(day.unixSeconds == seconds)
            #expect(CivilTime(unixSeconds: seconds) == day)
            seconds += 86_400
            if day.day < CivilTime.dayCount(year: day.year, month: day.month) {
                day.day += 1
            } else if day.month < 12 {
                (day.month, day.day) = (day.month + 1, 1)
            } else {
                (day.year, day.month, day.day) = (day.year + 1, 1, 1)
            }
        }
        #expect(CivilTime(unixSeconds: 0).weekday == 5)
        #expect(CivilTime(unixSeconds: now / 1_000).weekday == 6)
        #expect(CivilTime(unixSeconds: now / 1_000).iso8601 == "2026-11-20T17:09:30Z")
        #expect(
            CivilTime(unixSeconds: now / 1_000).commonLogFormat == "20/Nov/2026:17:09:30 +0000")
    }
}
