/// When a schedule fires: `rate(5 minutes)`, `cron(0 8 ? * MON-FRI *)` or
/// `at(2026-11-20T17:30:00)`.
///
/// Source: "Schedule types" of the Amazon EventBridge Scheduler user guide.
public enum ScheduleExpression: Sendable, Hashable {
    /// Every so many minutes.
    case rate(minutes: Int)
    /// At the times of a cron expression.
    case cron(CronExpression)
    /// Once; the local time as seconds since 1970-01-01T00:00:00 of the same zone's clocks.
    case at(localSeconds: Int64)

    /// Reads an expression; nil when it is none.
    public init?(_ text: String) {
        if let fields = Self.inside("rate", of: text) {
            guard let minutes = Self.minutes(fields) else { return nil }
            self = .rate(minutes: minutes)
        } else if let fields = Self.inside("cron", of: text),
            let expression = CronExpression(fields)
        {
            self = .cron(expression)
        } else if let time = Self.inside("at", of: text), let local = CivilTime(iso8601: time[...])
        {
            self = .at(localSeconds: local.unixSeconds)
        } else {
            return nil
        }
    }

    /// The first moment after another one at which it fires; nil when there is none any more.
    ///
    /// A time that the zone's clocks skip does not come; of one that they show twice only the first
    /// counts.
    ///
    /// - Parameters:
    ///   - afterMs: Unix milliseconds.
    ///   - startMs: What a rate counts from; it does not fire at that moment itself.
    ///   - zone: Whose clocks show the times of `cron` and `at`.
    func next(afterMs unixMs: Int64, startMs: Int64, in zone: LocalTimeZone = .utc) -> Int64? {
        switch self {
        case .rate(let minutes):
            let intervalMs = Int64(minutes) * 60_000
            guard unixMs >= startMs else { return startMs + intervalMs }
            return startMs + ((unixMs - startMs) / intervalMs + 1) * intervalMs
        case .cron(let expression):
            let seconds = unixMs >= 0 ? unixMs / 1_000 : (unixMs - 999) / 1_000
            return Self.next(expression, afterSeconds: seconds, in: zone).map { $0 * 1_000 }
        case .at(let localSeconds):
            let moment = zone.unixSeconds(of: CivilTime(unixSeconds: localSeconds))
            return moment.map { $0 * 1_000 }.flatMap { $0 > unixMs ? $0 : nil }
        }
    }

    private static func next(
        _ expression: CronExpression, afterSeconds: Int64, in zone: LocalTimeZone
    ) -> Int64? {
        var local = zone.civilTime(atUnixSeconds: afterSeconds)
        while let next = expression.next(after: local) {
            if let moment = zone.unixSeconds(of: next), moment > afterSeconds { return moment }
            local = next
        }
        return nil
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

extension ScheduleExpression: CustomStringConvertible {
    /// As it is written in a template, rates in minutes.
    public var description: String {
        switch self {
        case .rate(let minutes): "rate(\(minutes) minute\(minutes == 1 ? "" : "s"))"
        case .cron(let expression): "cron(\(expression))"
        case .at(let seconds): "at(\(CivilTime(unixSeconds: seconds).iso8601.dropLast()))"
        }
    }
}
