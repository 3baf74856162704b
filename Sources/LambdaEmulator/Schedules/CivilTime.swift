/// A moment in UTC as a calendar shows it; the proleptic Gregorian calendar.
struct CivilTime: Sendable, Hashable {
    var year: Int
    /// 1 to 12.
    var month: Int
    /// 1 to 31.
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int

    static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// - Parameter unixSeconds: Seconds since 1970-01-01T00:00:00Z.
    init(unixSeconds: Int64) {
        let days = Int((Double(unixSeconds) / 86_400).rounded(.down))
        let rest = Int(unixSeconds) - days * 86_400
        let date = Self.date(ofDay: days)
        self.init(
            year: date.year, month: date.month, day: date.day,
            hour: rest / 3_600, minute: rest / 60 % 60, second: rest % 60)
    }

    /// Reads `2026-11-20T17:09:10`; nil when it is no such time.
    init?(iso8601 text: Substring) {
        guard let match = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/)
        else { return nil }
        let numbers = [
            match.output.1, match.output.2, match.output.3, match.output.4, match.output.5,
            match.output.6,
        ].compactMap { Int($0) }
        guard numbers.count == 6, (1...12).contains(numbers[1]),
            (1...Self.dayCount(year: numbers[0], month: numbers[1])).contains(numbers[2]),
            numbers[3] < 24, numbers[4] < 60, numbers[5] < 60
        else { return nil }
        self.init(
            year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3],
            minute: numbers[4], second: numbers[5])
    }

    var unixSeconds: Int64 {
        Int64(Self.day(year: year, month: month, day: day)) * 86_400
            + Int64(hour * 3_600 + minute * 60 + second)
    }

    /// 1 is Sunday, 7 is Saturday, as EventBridge counts.
    var weekday: Int {
        let days = Self.day(year: year, month: month, day: day)
        return ((days + 4) % 7 + 7) % 7 + 1
    }

    static func dayCount(year: Int, month: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// `2026-11-20T17:09:10Z`.
    var iso8601: String {
        var line = LineBuilder(reserving: 20)
        line.text(String(year))
        line.text("-")
        line.twoDigits(month)
        line.text("-")
        line.twoDigits(day)
        line.text("T")
        appendTime(to: &line)
        line.text("Z")
        return String(decoding: line.bytes, as: UTF8.self)
    }

    /// `2026-11-20T17:09:10.123Z`.
    static func iso8601(unixMs: Int64) -> String {
        let seconds = unixMs >= 0 ? unixMs / 1_000 : (unixMs - 999) / 1_000
        let digits = String(1_000 + unixMs - seconds * 1_000).dropFirst()
        return "\(CivilTime(unixSeconds: seconds).iso8601.dropLast()).\(digits)Z"
    }

    /// `20/Nov/2026:17:09:10 +0000`, as API Gateway writes it.
    var commonLogFormat: String {
        var line = LineBuilder(reserving: 26)
        line.twoDigits(day)
        line.text("/")
        line.text(Self.monthNames[month - 1])
        line.text("/")
        line.text(String(year))
        line.text(":")
        appendTime(to: &line)
        line.text(" +0000")
        return String(decoding: line.bytes, as: UTF8.self)
    }

    private func appendTime(to line: inout LineBuilder) {
        line.twoDigits(hour)
        line.text(":")
        line.twoDigits(minute)
        line.text(":")
        line.twoDigits(second)
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// Days since 1970-01-01, counted in years that begin in March so that a leap day is the last.
    private static func day(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let monthIndex = (month + 9) % 12
        let daysInYears = shifted * 365 + floorDivide(shifted, 4) - floorDivide(shifted, 100)
        return daysInYears + floorDivide(shifted, 400) + (153 * monthIndex + 2) / 5 + day - 719_469
    }

    private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        // A first guess by the mean length of a year, then at most a step to either side.
        var year = 1970 + floorDivide(day * 400, 146_097)
        while Self.day(year: year, month: 1, day: 1) > day { year -= 1 }
        while Self.day(year: year + 1, month: 1, day: 1) <= day { year += 1 }
        var month = 12
        while Self.day(year: year, month: month, day: 1) > day { month -= 1 }
        return (year, month, day - Self.day(year: year, month: month, day: 1) + 1)
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        (value >= 0 ? value : value - divisor + 1) / divisor
    }
}
