/// RFC 3339 text of a time, in UTC with milliseconds.
enum Timestamp {
    /// - Parameter unixMs: Unix time in milliseconds.
    static func text(_ unixMs: Int64) -> String {
        let (days, millisecondsOfDay) = floorDivide(unixMs, by: 86_400_000)
        let (year, month, day) = civilDate(days)
        let seconds = millisecondsOfDay / 1000
        let date = "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { digits($0, 2) }
        return "\(date)T\(time.joined(separator: ":")).\(digits(millisecondsOfDay % 1000, 3))Z"
    }

    /// Proleptic Gregorian date of a day number, 0 being 1970-01-01. The year is taken to begin in
    /// March, so that the leap day is its last.
    private static func civilDate(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, by: 146_097)
        let leaps = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leaps) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func floorDivide(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
        let remainder = ((value % divisor) + divisor) % divisor
        return ((value - remainder) / divisor, remainder)
    }

    private static func digits(_ value: Int64, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
