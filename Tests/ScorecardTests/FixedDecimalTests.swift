import Scorecard
import StrictJSON
import Testing

@Suite("Fixed decimals")
struct FixedDecimalTests {
    static let read: [(text: String, millionths: Int64, shortest: String)] = [
        ("0", 0, "0"), ("-0", 0, "0"), ("-0.000000", 0, "0"), ("1", 1_000_000, "1"),
        ("1.0", 1_000_000, "1"), ("0.70", 700_000, "0.7"), ("0.000001", 1, "0.000001"),
        ("-0.000001", -1, "-0.000001"), ("100", 100_000_000, "100"),
        ("-12.50", -12_500_000, "-12.5"),
        ("0.123456", 123_456, "0.123456"), ("10.010000", 10_010_000, "10.01"),
        ("9223372036854.775807", .max, "9223372036854.775807"),
        ("-9223372036854.775807", -.max, "-9223372036854.775807"),
    ]

    @Test("a decimal is read exactly and written in its shortest form", arguments: read)
    func reads(text: String, millionths: Int64, shortest: String) throws {
        let value = try FixedDecimal(text: text)
        #expect(value.millionths == millionths)
        #expect(value.text == shortest)
        #expect(value.jsonNumber.text == shortest)
        #expect(try FixedDecimal(text: value.text) == value)
    }

    static let refused: [(text: String, error: FixedDecimalError)] = [
        ("", .syntax), ("-", .syntax), ("+1", .syntax), ("01", .syntax), ("-01", .syntax),
        ("1.", .syntax), (".5", .syntax), ("1,5", .syntax), ("1 ", .syntax), (" 1", .syntax),
        ("--1", .syntax), ("NaN", .syntax), ("inf", .syntax), ("0x1", .syntax), ("1e", .syntax),
        ("1e+", .syntax), ("1e3x", .syntax), ("e3", .syntax), ("１", .syntax), ("1.2.3", .syntax),
        ("1e3", .exponent), ("1E-3", .exponent), ("0.1234567e+1", .exponent),
        ("0.1234567", .precision), ("0.1000000", .precision),
        ("1.00000000000000000000", .precision),
        ("9223372036854.775808", .range), ("99999999999999999999999999", .range),
        ("-9223372036854.775808", .range),
    ]

    @Test("what is no decimal of six places is refused by kind", arguments: refused)
    func refuses(text: String, error: FixedDecimalError) {
        #expect(throws: error) { try FixedDecimal(text: text) }
    }

    @Test("formatting pads to the places asked for and never rounds")
    func formatting() {
        #expect(FixedDecimal(millionths: 38_500_000).formatted(decimals: 1) == "38.5")
        #expect(FixedDecimal(millionths: 21_000_000).formatted(decimals: 1) == "21.0")
        #expect(FixedDecimal(millionths: 0).formatted(decimals: 2) == "0.00")
        #expect(FixedDecimal(millionths: 0).formatted(decimals: 0) == "0")
        #expect(FixedDecimal(millionths: 100_000_000).formatted(decimals: 0) == "100")
        #expect(FixedDecimal(millionths: -1).formatted(decimals: 0) == "-0.000001")
        #expect(FixedDecimal(millionths: .max).formatted(decimals: 6) == "9223372036854.775807")
        #expect(FixedDecimal(millionths: -50_000).formatted(decimals: 1) == "-0.05")
        #expect(FixedDecimal(millionths: .min).formatted(decimals: 0) == "-9223372036854.775808")
    }

    @Test("decimals are ordered by value")
    func order() throws {
        #expect(try FixedDecimal(text: "-1") < FixedDecimal(text: "-0.5"))
        #expect(try FixedDecimal(text: "0.10") == FixedDecimal(text: "0.1"))
        #expect(Action.allow < .review && Action.review < .hold)
    }
}
