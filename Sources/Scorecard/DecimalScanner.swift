/// Reads one decimal number off its text, digit by digit.
struct DecimalScanner<Text: StringProtocol> {
    private var rest: Text.UTF8View.SubSequence

    init(_ text: Text) {
        rest = text.utf8[...]
    }

    /// Reads the whole text as millionths.
    mutating func readMillionths() throws(FixedDecimalError) -> Int64 {
        let isNegative = skip(UInt8(ascii: "-"))
        let startsWithZero = rest.first == UInt8(ascii: "0")
        var magnitude: UInt64? = 0
        let wholeCount = readDigits(into: &magnitude)
        guard wholeCount == 1 || (wholeCount > 1 && !startsWithZero) else { throw .syntax }
        var fractionCount = 0
        if skip(UInt8(ascii: ".")) {
            fractionCount = readDigits(into: &magnitude)
            guard fractionCount > 0 else { throw .syntax }
        }
        try refuseExponent()
        guard rest.isEmpty else { throw .syntax }
        guard fractionCount <= FixedDecimal.decimalsMax else { throw .precision }
        for _ in fractionCount..<FixedDecimal.decimalsMax {
            magnitude = Self.extend(magnitude, by: 0)
        }
        guard let magnitude, let value = Int64(exactly: magnitude) else { throw .range }
        return isNegative ? -value : value
    }

    private mutating func refuseExponent() throws(FixedDecimalError) {
        guard skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) else { return }
        _ = skip(UInt8(ascii: "+")) || skip(UInt8(ascii: "-"))
        var ignored: UInt64? = 0
        let count = readDigits(into: &ignored)
        throw count > 0 && rest.isEmpty ? .exponent : .syntax
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Appends digits to a magnitude, which becomes nil when it overflows; gives their count.
    private mutating func readDigits(into magnitude: inout UInt64?) -> Int {
        var count = 0
        while let byte = rest.first, byte &- UInt8(ascii: "0") < 10 {
            magnitude = Self.extend(magnitude, by: UInt64(byte - UInt8(ascii: "0")))
            rest = rest.dropFirst()
            count += 1
        }
        return count
    }

    private static func extend(_ magnitude: UInt64?, by digit: UInt64) -> UInt64? {
        guard let magnitude else { return nil }
        let product = magnitude.multipliedReportingOverflow(by: 10)
        let sum = product.partialValue.addingReportingOverflow(digit)
        return product.overflow || sum.overflow ? nil : sum.partialValue
    }
}
