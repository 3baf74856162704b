/// Reads the Retry-After field (RFC 9110, section 10.2.3).
package enum RetryAfter {
    /// The wait asked for, in milliseconds, or nil if the field says nothing usable.
    ///
    /// - Parameters:
    ///   - text: whole seconds, or an IMF-fixdate such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///   - nowMs: the time a date is counted from, in milliseconds since 1970.
    package static func milliseconds(_ text: String, nowMs: Int64) -> Int64? {
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            guard let seconds = Int64(text), seconds <= Int64.max / 1_000 else { return Int64.max }
            return seconds * 1_000
        }
        guard let dateMs = date(text), dateMs > nowMs else { return nil }
        return dateMs - nowMs
    }

    private static func date(_ text: String) -> Int64? {
        guard !text.utf8.contains(UInt8(ascii: "+")), !text.utf8.contains(UInt8(ascii: "-")) else {
            return nil  // A conversion alone would take a sign.
        }
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT",
            let day = Int64(parts[1]), day >= 1,
            let monthIndex = months.firstIndex(of: String(parts[2])),
            let year = Int64(parts[3]), (1970...9999).contains(year)
        else { return nil }
        let month = Int64(monthIndex) + 1
        let monthStart = days(year: year, month: month, day: 1)
        // The first day of a thirteenth month is that of the next year.
        guard day <= days(year: year, month: month + 1, day: 1) - monthStart else { return nil }
        let time = parts[4].split(separator: ":", omittingEmptySubsequences: false)
            .map { $0.utf8.count == 2 ? Int64($0) ?? -1 : -1 }
        guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]),
            (0...60).contains(time[2])
        else { return nil }
        let seconds = time[0] * 3_600 + time[1] * 60 + time[2]
        return ((monthStart + day - 1) * 86_400 + seconds) * 1_000
    }

    /// Days from 1970-01-01 to a date from 1970 on, with the year begun on 1 March.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month > 2 ? year : year - 1
        let shiftedMonth = month > 2 ? month - 3 : month + 9
        let leapDays = shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400
        return shiftedYear * 365 + leapDays + (153 * shiftedMonth + 2) / 5 + day - 719_469
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
