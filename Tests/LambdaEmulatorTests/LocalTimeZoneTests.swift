import Foundation
import Testing

@testable import LambdaEmulator

/// With the system's own files: Debian's package tzdata.
@Suite("Time zones")
struct LocalTimeZoneTests {
    private func zone(_ name: String) throws -> LocalTimeZone {
        try #require(LocalTimeZone(name), "\(name) is not in \(LocalTimeZone.directory)")
    }

    private func seconds(_ text: String) throws -> Int64 {
        try #require(CivilTime(iso8601: text[...])).unixSeconds
    }

    @Test(
        "clocks show",
        arguments: [
            ("UTC", "2026-07-01T12:00:00", "2026-07-01T12:00:00Z"),
            ("Europe/Berlin", "2026-01-01T12:00:00", "2026-01-01T13:00:00Z"),
            ("Europe/Berlin", "2026-03-29T00:59:59", "2026-03-29T01:59:59Z"),
            ("Europe/Berlin", "2026-03-29T01:00:00", "2026-03-29T03:00:00Z"),
            ("Europe/Berlin", "2026-10-25T00:59:59", "2026-10-25T02:59:59Z"),
            ("Europe/Berlin", "2026-10-25T01:00:00", "2026-10-25T02:00:00Z"),
            ("Europe/Berlin", "2150-07-01T12:00:00", "2150-07-01T14:00:00Z"),
            ("Europe/Berlin", "1945-06-01T12:00:00", "1945-06-01T15:00:00Z"),
            ("Europe/Berlin", "1880-01-01T00:00:00", "1880-01-01T00:53:28Z"),
            ("America/New_York", "2040-03-11T07:00:00", "2040-03-11T03:00:00Z"),
            ("America/New_York", "2040-03-11T06:59:59", "2040-03-11T01:59:59Z"),
            ("Australia/Lord_Howe", "2026-01-01T00:00:00", "2026-01-01T11:00:00Z"),
            ("Australia/Lord_Howe", "2060-07-01T00:00:00", "2060-07-01T10:30:00Z"),
            ("Pacific/Apia", "2011-12-30T09:59:59", "2011-12-29T23:59:59Z"),
            ("Pacific/Apia", "2011-12-30T10:00:00", "2011-12-31T00:00:00Z"),
            ("Asia/Kathmandu", "2026-07-01T00:00:00", "2026-07-01T05:45:00Z"),
            ("America/Argentina/Buenos_Aires", "2090-07-01T00:00:00", "2090-06-30T21:00:00Z"),
        ])
    func shows(name: String, utc: String, local: String) throws {
        #expect(try zone(name).civilTime(atUnixSeconds: seconds(utc)).iso8601 == local)
    }

    @Test(
        "a local time is a moment: the first of two, and none when it is skipped",
        arguments: [
            ("Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59Z"),
            ("Europe/Berlin", "2026-03-29T02:00:00", nil),
            ("Europe/Berlin", "2026-03-29T02:59:59", nil),
            ("Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
            ("Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T02:00:00Z"),
            ("America/New_York", "2100-11-07T01:30:00", "2100-11-07T05:30:00Z"),
            ("Pacific/Apia", "2011-12-30T12:00:00", nil),
            ("Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00Z"),
        ] as [(String, String, String?)])
    func finds(name: String, local: String, utc: String?) throws {
        let time = try #require(CivilTime(iso8601: local[...]))
        let moment = try zone(name).unixSeconds(of: time)
        #expect(moment.map { CivilTime(unixSeconds: $0).iso8601 } == utc)
    }

    @Test("it agrees with Foundation on every zone that both know, in many years")
    func agrees() throws {
        let names = TimeZone.knownTimeZoneIdentifiers
        #expect(names.count > 300)
        for name in names {
            // What the system does not have, only Foundation's own tables know.
            guard let zone = LocalTimeZone(name), let other = TimeZone(identifier: name) else {
                continue
            }
            for year in [1975, 2000, 2026, 2037, 2038, 2080] {
                for month in stride(from: 1, through: 12, by: 2) {
                    let moment = CivilTime(year: year, month: month, day: 15).unixSeconds
                    let expected = other.secondsFromGMT(
                        for: Date(timeIntervalSince1970: TimeInterval(moment)))
                    #expect(
                        zone.offsetSeconds(atUnixSeconds: moment) == expected,
                        "\(name), \(year)-\(month)")
                }
            }
        }
    }

    @Test(
        "rules of POSIX: the offset in January, April and July of 2026",
        arguments: [
            ("CET-1CEST,M3.5.0,M10.5.0/3", [3_600, 7_200, 7_200]),
            ("EST5EDT", nil), ("EST5", [-18_000, -18_000, -18_000]),
            ("EST5EDT,M3.2.0,M11.1.0", [-18_000, -14_400, -14_400]),
            ("EST5EDT,0/0,J365/25", [-14_400, -14_400, -14_400]),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", [39_600, 37_800, 37_800]),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", [-7_200, -3_600, -3_600]),
            ("XXX-1YYY-2:30,J100,J200", [3_600, 9_000, 9_000]),
            ("", nil), ("CET", nil), ("CET-1CEST,M13.1.0,M1.1.0", nil), ("C-1", nil),
            ("CET-1CEST,M3.5.0,M10.5.0/3 ", nil), ("CET-25", nil),
        ] as [(String, [Int]?)])
    func readsRules(text: String, offsets: [Int]?) {
        let rule = TimeZoneRule(text)
        let found = rule.map { rule in
            [1, 4, 7].map { month in
                rule.offsetSeconds(
                    atUnixSeconds: CivilTime(year: 2026, month: month, day: 12).unixSeconds)
            }
        }
        #expect(found == offsets)
    }

    @Test(
        "what is no zone is none, wherever the name may lead",
        arguments: [
            "", "Nowhere/City", "../../etc/passwd", "/etc/passwd", "Europe", "tzdata.zi",
            "Europe/../Europe/Berlin",
        ])
    func refuses(name: String) {
        #expect(LocalTimeZone(name) == nil)
    }

    @Test("a file that is cut or wrong is none")
    func refusesFiles() throws {
        let bytes = [UInt8](
            try Data(contentsOf: URL(filePath: LocalTimeZone.directory + "/Europe/Berlin")))
        #expect(LocalTimeZone("x", file: bytes) != nil)
        for length in 0..<bytes.count where length != bytes.count {
            #expect(LocalTimeZone("x", file: Array(bytes[..<length])) == nil)
        }
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var wrong = bytes
            wrong[index] ^= 0xFF
            _ = LocalTimeZone("x", file: wrong)?.offsetSeconds(atUnixSeconds: 1_800_000_000)
        }
    }
}
