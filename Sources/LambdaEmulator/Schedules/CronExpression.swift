/// The six fields of an EventBridge cron expression: minutes, hours, day of month, month, day of
/// week, year.
///
/// Names, ranges, steps and lists; one of the two days must be `?`. `L` is the last day of the
/// month, `nL` the last such weekday, `n#k` the k-th one, `nW` the working day nearest to a day.
public struct CronExpression: Sendable, Hashable {
    private let text: String
    private let minutes: CronField
    private let hours: CronField
    private let days: CronField
    private let months: CronField
    private let weekdays: CronField
    private let years: CronField

    /// Reads the fields, separated by spaces; nil when they are not an expression.
    public init?(_ text: String) {
        let fields = text.split(separator: " ", omittingEmptySubsequences: true)
        guard fields.count == 6,
            let minutes = CronField(fields[0], in: 0...59),
            let hours = CronField(fields[1], in: 0...23),
            let days = CronField(fields[2], in: 1...31, kind: .dayOfMonth),
            let months = CronField(
                fields[3], in: 1...12, names: CivilTime.monthNames.map { $0.uppercased() }),
            let weekdays = CronField(
                fields[4], in: 1...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
                kind: .dayOfWeek),
            let years = CronField(fields[5], in: 1970...2199),
            days.isUnspecified != weekdays.isUnspecified
        else { return nil }
        self.text = fields.joined(separator: " ")
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.months = months
        self.weekdays = weekdays
        self.years = years
    }

    /// The first matching minute after a moment; nil when no year of the expression has one.
    func next(after moment: CivilTime) -> CivilTime? {
        var time = CivilTime(unixSeconds: moment.unixSeconds / 60 * 60 + 60)
        while time.year <= 2199 {
            if !years.contains(time.year) {
                time = CivilTime(year: time.year + 1, month: 1, day: 1)
            } else if !months.contains(time.month) {
                time = Self.nextMonth(after: time)
            } else if !matchesDay(time) {
                let day = CivilTime(year: time.year, month: time.month, day: time.day)
                time = CivilTime(unixSeconds: day.unixSeconds + 86_400)
            } else if !hours.contains(time.hour) {
                time = CivilTime(unixSeconds: (time.unixSeconds / 3_600 + 1) * 3_600)
            } else if !minutes.contains(time.minute) {
                time = CivilTime(unixSeconds: time.unixSeconds + 60)
            } else {
                return time
            }
        }
        return nil
    }

    private func matchesDay(_ time: CivilTime) -> Bool {
        days.isUnspecified ? weekdays.matches(weekdayOf: time) : days.matches(dayOf: time)
    }

    private static func nextMonth(after time: CivilTime) -> CivilTime {
        time.month == 12
            ? CivilTime(year: time.year + 1, month: 1, day: 1)
            : CivilTime(year: time.year, month: time.month + 1, day: 1)
    }
}

extension CronExpression: CustomStringConvertible {
    /// The six fields.
    public var description: String { text }
}
