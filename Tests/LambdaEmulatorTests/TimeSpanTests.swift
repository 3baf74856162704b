import Testing

@testable import LambdaEmulator

@Suite("Time spans")
struct TimeSpanTests {
    @Test(
        "units are read from the largest to the smallest",
        arguments: [
            ("0s", 0), ("90s", 90_000), ("6h", 21_600_000), ("1h30m", 5_400_000),
            ("2d3h4m5s", 183_845_000), ("3650d", 315_360_000_000),
            ("500ms", 500), ("1m1ms", 60_001),
        ])
    func reads(text: String, ms: Int64) {
        #expect(TimeSpan(text)?.ms == ms)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "6", "h", "6 h", "-6h", "1.5h", "6H", "1m1h", "1h1h", "3651d", "6h ", "1w",
            "99999999999d", "٦h", "1ms1m", "1mss",
        ])
    func refuses(text: String) {
        #expect(TimeSpan(text) == nil)
    }

    @Test(
        "two units are shown",
        arguments: [
            (0, "0s"), (999, "0s"), (61_500, "1m1s"), (90_061_000, "1d1h"), (86_400_000, "1d"),
        ])
    func shows(ms: Int64, text: String) {
        #expect(TimeSpan(ms: ms).description == text)
    }
}
