/// When a zone's clocks are changed in years that its file does not list:
/// `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// Sources: POSIX, "Other Environment Variables", TZ; RFC 9636, section 3.3.1.
struct TimeZoneRule: Sendable, Hashable {
    /// A day of each year and a time of it.
    private struct Change: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// `Mm.w.d`: the w-th weekday d (0 is Sunday) of a month; 5 is the last one.
            case weekday(month: Int, week: Int, day: Int)
            /// `Jn`: the n-th day, from 1; February 29 is never counted.
            case julian(Int)
            /// `n`: the n-th day, from 0; February 29 is counted.
            case ordinal(Int)
        }

        let day: Day
        /// Seconds after the day's midnight; may be negative or beyond the day's end.
        let timeSeconds: Int
    }

    private struct Summer: Sendable, Hashable {
        let offsetSeconds: Int
        let start: Change
        let end: Change
    }

    private let standardOffsetSeconds: Int
    private let summer: Summer?

    /// Nil when the text is no such rule.
    init?(_ text: String) {
        var reader = Reader(rest: text[...])
        guard reader.name(), let west = reader.seconds(hoursMax: 24) else { return nil }
        standardOffsetSeconds = -west
        guard !reader.rest.isEmpty else {
            summer = nil
            return
        }
        guard reader.name() else { return nil }
        let offset = reader.rest.first == "," ? west - 3_600 : reader.seconds(hoursMax: 24)
        guard let offset, let start = reader.change(), let end = reader.change(),
            reader.rest.isEmpty
        else { return nil }
        summer = Summer(offsetSeconds: -offset, start: start, end: end)
    }

    /// How many seconds the clocks are ahead of UTC at a moment.
    func offsetSeconds(atUnixSeconds seconds: Int64) -> Int {
        guard let summer else { return standardOffsetSeconds }
        // The year is that of the zone's own calendar.
        let year = CivilTime(unixSeconds: seconds + Int64(standardOffsetSeconds)).year
        // Each change is told in the time that holds before it.
        let start = Self.unixSeconds(summer.start, year) - Int64(standardOffsetSeconds)
        let end = Self.unixSeconds(summer.end, year) - Int64(summer.offsetSeconds)
        // South of the equator a summer goes over the end of the year.
        let isSummer =
            start < end ? start <= seconds && seconds < end : !(end <= seconds && seconds < start)
        return isSummer ? summer.offsetSeconds : standardOffsetSeconds
    }

    /// The local time of a change, as if it were UTC.
    private static func unixSeconds(_ change: Change, _ year: Int) -> Int64 {
        let newYear = CivilTime(year: year, month: 1, day: 1).unixSeconds
        let day: Int64
        switch change.day {
        case .ordinal(let number): day = newYear + Int64(number) * 86_400
        case .julian(let number):
            let isAfterLeapDay = number > 59 && CivilTime.dayCount(year: year, month: 2) == 29
            day = newYear + Int64(number - (isAfterLeapDay ? 0 : 1)) * 86_400
        case .weekday(let month, let week, let weekday):
            let first = CivilTime(year: year, month: month, day: 1)
            let firstDay = 1 + (weekday - (first.weekday - 1) + 7) % 7
            var number = firstDay + (week - 1) * 7
            while number > CivilTime.dayCount(year: year, month: month) { number -= 7 }
            day = CivilTime(year: year, month: month, day: number).unixSeconds
        }
        return day + Int64(change.timeSeconds)
    }

    /// Takes a rule's text apart from its beginning.
    private struct Reader {
        var rest: Substring

        /// `CET` or `<+03>`: of no use here.
        mutating func name() -> Bool {
            if rest.first == "<" {
                guard let end = rest.firstIndex(of: ">") else { return false }
                rest = rest[rest.index(after: end)...]
                return true
            }
            let letters = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        /// `[+-]hh[:mm[:ss]]`.
        mutating func seconds(hoursMax: Int) -> Int? {
            var sign = 1
            if let first = rest.first, first == "-" || first == "+" {
                sign = first == "-" ? -1 : 1
                rest = rest.dropFirst()
            }
            guard let hours = number(in: 0...hoursMax) else { return nil }
            var total = hours * 3_600
            for unit in [60, 1] {
                guard rest.first == ":" else { break }
                rest = rest.dropFirst()
                guard let value = number(in: 0...59) else { return nil }
                total += value * unit
            }
            return sign * total
        }

        /// `,day[/time]`; two in the morning without a time.
        mutating func change() -> Change? {
            guard rest.popFirst() == ",", let day = day() else { return nil }
            guard rest.first == "/" else { return Change(day: day, timeSeconds: 7_200) }
            rest = rest.dropFirst()
            return seconds(hoursMax: 167).map { Change(day: day, timeSeconds: $0) }
        }

        private mutating func day() -> Change.Day? {
            switch rest.first {
            case "J":
                rest = rest.dropFirst()
                return number(in: 1...365).map { .julian($0) }
            case "M":
                rest = rest.dropFirst()
                guard let month = number(in: 1...12), rest.popFirst() == ".",
                    let week = number(in: 1...5), rest.popFirst() == ".",
                    let day = number(in: 0...6)
                else { return nil }
                return .weekday(month: month, week: week, day: day)
            default: return number(in: 0...365).map { .ordinal($0) }
            }
        }

        private mutating func number(in range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            guard digits.count <= 3, let value = Int(digits), range.contains(value) else {
                return nil
            }
            rest = rest.dropFirst(digits.count)
            return value
        }
    }
}
