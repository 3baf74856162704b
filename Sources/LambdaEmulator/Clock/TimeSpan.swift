/// A length of time as people write it: `90s`, `1h30m`, `2d`, `500ms`.
package struct TimeSpan: Sendable, Hashable, CustomStringConvertible {
    /// Milliseconds, not negative.
    package let ms: Int64

    private static let units: [(name: String, ms: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]
    /// Ten years: more makes no sense, and nothing overflows.
    package static let msMax: Int64 = 3_650 * 86_400_000

    package init(ms: Int64) { self.ms = max(0, ms) }

    /// Reads numbers with the units d, h, m, s and ms, each unit once at most, the largest first;
    /// nil for anything else, and for more than ten years.
    package init?(_ text: String) {
        var rest = text[...]
        var ms: Int64 = 0
        var allowed = Self.units[...]
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            guard digits.count <= 10, let count = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !("0"..."9").contains($0) }
            rest = rest.dropFirst(name.count)
            guard let unit = allowed.firstIndex(where: { $0.name == name }) else { return nil }
            ms += count * allowed[unit].ms
            allowed = allowed[(unit + 1)...]
            guard ms <= Self.msMax else { return nil }
        }
        guard !text.isEmpty else { return nil }
        self.ms = ms
    }

    /// The two largest units that are not zero, seconds being the least: `2d3h`, `5m`, `0s`.
    package var description: String {
        var rest = ms
        var parts: [String] = []
        for unit in Self.units where unit.ms >= 1_000 {
            let count = rest / unit.ms
            rest %= unit.ms
            if count > 0 { parts.append("\(count)\(unit.name)") }
            if parts.count == 2 { break }
        }
        return parts.isEmpty ? "0s" : parts.joined()
    }
}
