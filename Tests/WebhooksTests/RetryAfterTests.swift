import TestSupport
import Testing

@testable import Webhooks

/// What is read out of a Retry-After field.
@Suite struct RetryAfterTests {
    /// 2026-01-01T00:00:00Z.
    private let nowMs = TestClock.newYearMs

    @Test(
        "Whole seconds",
        arguments: [
            ("0", 0), ("1", 1_000), ("120", 120_000), ("007", 7_000),
            ("86400", 86_400_000), ("1000000000000", 1_000_000_000_000_000),
            ("9223372036854775", 9_223_372_036_854_775_000),
        ] as [(String, Int64)])
    func seconds(text: String, milliseconds: Int64) {
        #expect(RetryAfter.milliseconds(text, nowMs: nowMs) == milliseconds)
    }

    @Test(
        "More seconds than can be counted are as many as can be",
        arguments: [
            "9223372036854776", "9223372036854775807", "9223372036854775808",
            "99999999999999999999999999999999",
        ])
    func huge(text: String) {
        #expect(RetryAfter.milliseconds(text, nowMs: nowMs) == .max)
    }

    @Test(
        "A date, as `date -u -d` has it in seconds since 1970",
        arguments: [
            ("Thu, 01 Jan 2026 00:02:00 GMT", 1_767_225_720),
            ("Thu, 31 Dec 2026 23:59:59 GMT", 1_798_761_599),
            ("Tue, 29 Feb 2028 12:00:00 GMT", 1_835_438_400),
            ("Wed, 01 Mar 2028 00:00:00 GMT", 1_835_481_600),
            ("Sun, 28 Feb 2100 00:00:00 GMT", 4_107_456_000),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ] as [(String, Int64)])
    func date(text: String, seconds: Int64) {
        #expect(RetryAfter.milliseconds(text, nowMs: nowMs) == seconds * 1_000 - nowMs)
    }

    @Test(
        "A date of the past, as `date -u -d` has it, counted from an earlier time",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400),
            ("Thu, 01 Jan 2026 00:00:00 GMT", 1_767_225_600),
        ] as [(String, Int64)])
    func past(text: String, seconds: Int64) {
        #expect(RetryAfter.milliseconds(text, nowMs: nowMs) == nil)
        #expect(RetryAfter.milliseconds(text, nowMs: seconds * 1_000) == nil)
        #expect(RetryAfter.milliseconds(text, nowMs: seconds * 1_000 - 1) == 1)
    }

    @Test("A leap second is the second after")
    func leapSecond() {
        #expect(
            RetryAfter.milliseconds("Thu, 31 Dec 2026 23:59:60 GMT", nowMs: nowMs)
                == 1_798_761_600_000 - nowMs)
    }

    @Test(
        "Anything else says nothing",
        arguments: [
            "", " ", "soon", "-1", "+1", "-120", "1.5", "120.0", "1e3", "0x78", "120s", "120 ",
            " 120", "1,2", "１２０", "NaN", "inf",
            "Fri, 01 Jan 2027", "01 Jan 2027 00:00:00 GMT", "Fri, 01 Jan 2027 00:00:00",
            "Fri, 01 Jan 2027 00:00:00 UTC", "Fri, 01 Jan 2027 00:00:00 +0000",
            "Fri 01 Jan 2027 00:00:00 GMT", "Fri, 01 jan 2027 00:00:00 GMT",
            "Fri, 01 Foo 2027 00:00:00 GMT", "Fri,  01 Jan 2027 00:00:00 GMT",
            "Fri, 00 Jan 2027 00:00:00 GMT", "Fri, 32 Jan 2027 00:00:00 GMT",
            "Fri, -1 Jan 2027 00:00:00 GMT", "Fri, +1 Jan 2027 00:00:00 GMT",
            "Fri, 01 Jan 2027 24:00:00 GMT", "Fri, 01 Jan 2027 00:60:00 GMT",
            "Fri, 01 Jan 2027 00:00:61 GMT", "Fri, 01 Jan 2027 00:00 GMT",
            "Fri, 01 Jan 2027 0:00:00 GMT", "Fri, 01 Jan 2027 00:00:00:00 GMT",
            "Fri, 01 Jan 2027 00:00:x:00 GMT", "Fri, 01 Jan +2027 00:00:00 GMT",
            "Fri, 01 Jan 99999 00:00:00 GMT", "Fri, 01 Jan 1969 00:00:00 GMT",
            "2027-01-01T00:00:00Z", "Friday, 01-Jan-27 00:00:00 GMT",
            "Fri Jan  1 00:00:00 2027",
        ])
    func garbage(text: String) {
        #expect(RetryAfter.milliseconds(text, nowMs: nowMs) == nil)
    }

    @Test(
        "A day that its month does not have is no date",
        arguments: ["31 Apr 2027", "30 Feb 2028", "29 Feb 2027", "29 Feb 2100", "31 Nov 2026"])
    func noSuchDay(date: String) {
        #expect(RetryAfter.milliseconds("Mon, \(date) 00:00:00 GMT", nowMs: nowMs) == nil)
    }
}
