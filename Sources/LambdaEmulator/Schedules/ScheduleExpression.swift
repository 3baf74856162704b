/// When a schedule fires: `rate(5 minutes)` or `cron(0 8 ? * MON-FRI *)`.
///
/// Source: "Schedule types" of the Amazon EventBridge user guide. Times are UTC.
public enum ScheduleExpression: Sendable, Hashable {
    /// Every so many minutes.
    case rate(minutes: Int)
    /// At the times of a cron expression.
    case cron(CronExpression)

    /// Reads an expression; nil names nothing: see `problem(in:)`.
    public init?(_ text: String) {
        if let fields = Self.inside("rate", of: text) {
            guard let minutes = Self.minutes(fields) else { return nil }
            self = .rate(minutes: minutes)
        } else if let fields = Self.inside("cron", of: text),
            let expression = CronExpression(fields)
        {
            self = .cron(expression)
        } else {
            return nil
        }
    }

    /// The first moment after another one at which it fires; nil when there is none any more.
    ///
    /// A rate counts from `start`, the moment the schedule came into being.
    func next(afterMs unixMs: Int64, startMs: Int64) -> Int64? {
        switch self {
        case .rate(let minutes):
            let intervalMs = Int64(minutes) * 60_000
            let passed = max(0, unixMs - startMs) / intervalMs
            return startMs + (passed + 1) * intervalMs
        case .cron(let expression):
            let seconds = unixMs >= 0 ? unixMs / 1_000 : (unixMs - 999) / 1_000
            return expression.next(after: CivilTime(unixSeconds: seconds))
                .map { $0.unixSeconds * 1_000 }
        }
    }

    /// `name(…)` without the name and the parentheses.
    private static func inside(_ name: String, of text: String) -> String? {
        guard text.hasPrefix(name + "("), text.hasSuffix(")") else { return nil }
        return String(text.dropFirst(name.count + 1).dropLast())
    }

    /// `1 minute`, `5 minutes`: the singular for 1 only, as EventBridge demands.
    private static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, let count = Int(parts[0]), count > 0, count <= 1_000_000 else {
            return nil
        }
        let units = ["minute": 1, "hour": 60, "day": 1_440]
        let singular = parts[1].hasSuffix("s") ? parts[1].dropLast() : parts[1]
        guard parts[1].hasSuffix("s") == (count != 1), let unit = units[String(singular)] else {
            return nil
        }
        return count * unit
    }
}
