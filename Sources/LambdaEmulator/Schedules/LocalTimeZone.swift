import FileInput

/// A time zone of the IANA database, as the system keeps it: the times at which a zone's clocks
/// were and will be changed.
///
/// Source: RFC 9636 (RFC 8536), "The Time Zone Information Format (TZif)".
public struct LocalTimeZone: Sendable, Hashable {
    /// From one moment to the next the clocks show UTC plus so many seconds.
    private struct Period: Sendable, Hashable {
        let fromSeconds: Int64
        let offsetSeconds: Int
    }

    /// Where the system keeps the database.
    static let directory = "/usr/share/zoneinfo"
    private static let fileBytesMax = 1024 * 1024

    /// Such as `Europe/Berlin`.
    public let identifier: String
    /// In order; the first one reaches back to the beginning.
    private let periods: [Period]
    /// What holds after the last period; nil when that goes on for ever.
    private let rule: TimeZoneRule?

    /// Coordinated universal time, which needs no file.
    public static let utc = LocalTimeZone(
        identifier: "UTC", periods: [Period(fromSeconds: .min, offsetSeconds: 0)], rule: nil)

    /// Reads a zone; nil when the system does not have it.
    public init?(_ identifier: String) { self.init(identifier, directory: Self.directory) }

    init?(_ identifier: String, directory: String) {
        guard identifier != "UTC" else {
            self = .utc
            return
        }
        guard identifier.wholeMatch(of: /[A-Za-z0-9_+\-]+(\/[A-Za-z0-9_+\-]+)*/) != nil,
            let bytes = InputFile.read(
                directory + "/" + identifier, bytesMax: Self.fileBytesMax),
            let zone = LocalTimeZone(identifier, file: bytes)
        else { return nil }
        self = zone
    }

    private init(identifier: String, periods: [Period], rule: TimeZoneRule?) {
        self.identifier = identifier
        self.periods = periods
        self.rule = rule
    }

    /// Understands a file's content; nil when it is none of this format, version 2 or later.
    init?(_ identifier: String, file bytes: [UInt8]) {
        var reader = TZifReader(bytes)
        guard let data = reader.read() else { return nil }
        var periods = [Period(fromSeconds: .min, offsetSeconds: data.firstOffsetSeconds)]
        for (timeSeconds, offsetSeconds) in data.transitions {
            periods.append(Period(fromSeconds: timeSeconds, offsetSeconds: offsetSeconds))
        }
        var rule: TimeZoneRule?
        if !data.footer.isEmpty {
            guard let read = TimeZoneRule(data.footer) else { return nil }
            rule = read
        }
        self.init(identifier: identifier, periods: periods, rule: rule)
    }

    /// How many seconds the zone's clocks are ahead of UTC at a moment.
    func offsetSeconds(atUnixSeconds seconds: Int64) -> Int {
        guard let last = periods.last else { return 0 }
        if seconds >= last.fromSeconds {
            return rule?.offsetSeconds(atUnixSeconds: seconds) ?? last.offsetSeconds
        }
        // The first period that begins after the moment, by halves.
        var (low, high) = (0, periods.count)
        while low < high {
            let middle = (low + high) / 2
            if periods[middle].fromSeconds <= seconds { low = middle + 1 } else { high = middle }
        }
        return periods[max(0, low - 1)].offsetSeconds
    }

    /// What the zone's clocks show at a moment.
    func civilTime(atUnixSeconds seconds: Int64) -> CivilTime {
        CivilTime(unixSeconds: seconds + Int64(offsetSeconds(atUnixSeconds: seconds)))
    }

    /// The first moment at which the zone's clocks show a time; nil when they skip it.
    func unixSeconds(of time: CivilTime) -> Int64? {
        let local = time.unixSeconds
        // No clock is more than a day off, and none is changed twice within a day.
        let offsets = Set(
            [-86_400, 0, 86_400].map { offsetSeconds(atUnixSeconds: local + $0) })
        return offsets.map { local - Int64($0) }
            .filter { Int64(offsetSeconds(atUnixSeconds: $0)) == local - $0 }.min()
    }
}
