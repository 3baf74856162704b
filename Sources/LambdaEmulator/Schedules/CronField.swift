/// One field of a cron expression.
struct CronField: Sendable, Hashable {
    enum Kind { case plain, dayOfMonth, dayOfWeek }

    private enum Item: Sendable, Hashable {
        case values(ClosedRange<Int>, step: Int)
        /// `L`, or `L-n`: so many days before the last of the month.
        case lastDay(before: Int)
        /// `nL`: the last such weekday of the month.
        case lastWeekday(Int)
        /// `n#k`: the k-th such weekday of the month.
        case nthWeekday(Int, Int)
        /// `nW`: the working day nearest to a day, in the same month.
        case nearestWorkingDay(Int)
    }

    /// `?`: the other day field decides.
    let isUnspecified: Bool
    private let items: [Item]

    init?(
        _ text: Substring, in range: ClosedRange<Int>, names: [String] = [], kind: Kind = .plain
    ) {
        isUnspecified = text == "?"
        if isUnspecified {
            guard kind != .plain else { return nil }
            items = []
            return
        }
        var items: [Item] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let item =
                kind == .plain
                ? nil : Self.special(part.uppercased(), in: range, names: names, kind: kind)
            guard let item = item ?? Self.values(part.uppercased(), in: range, names: names) else {
                return nil
            }
            items.append(item)
        }
        self.items = items
    }

    func contains(_ value: Int) -> Bool {
        items.contains { item in
            guard case .values(let range, let step) = item else { return false }
            return range.contains(value) && (value - range.lowerBound) % step == 0
        }
    }

    func matches(dayOf time: CivilTime) -> Bool {
        let dayCount = CivilTime.dayCount(year: time.year, month: time.month)
        return contains(time.day)
            || items.contains { item in
                switch item {
                case .lastDay(let before): time.day == dayCount - before
                case .nearestWorkingDay(let day):
                    time.day == Self.workingDay(nearest: day, in: time, dayCount: dayCount)
                default: false
                }
            }
    }

    func matches(weekdayOf time: CivilTime) -> Bool {
        let dayCount = CivilTime.dayCount(year: time.year, month: time.month)
        return contains(time.weekday)
            || items.contains { item in
                switch item {
                case .lastWeekday(let weekday):
                    time.weekday == weekday && time.day > dayCount - 7
                case .nthWeekday(let weekday, let count):
                    time.weekday == weekday && (time.day - 1) / 7 + 1 == count
                default: false
                }
            }
    }

    private static func special(
        _ text: String, in range: ClosedRange<Int>, names: [String], kind: Kind
    ) -> Item? {
        if kind == .dayOfMonth {
            if text == "L" { return .lastDay(before: 0) }
            if text.hasPrefix("L-"), let before = Int(text.dropFirst(2)), (1...30).contains(before)
            {
                return .lastDay(before: before)
            }
            guard text.hasSuffix("W"), let day = Int(text.dropLast()), range.contains(day) else {
                return nil
            }
            return .nearestWorkingDay(day)
        }
        if text == "L" { return .values(7...7, step: 1) }
        if text.hasSuffix("L"), let weekday = number(text.dropLast(), in: range, names: names) {
            return .lastWeekday(weekday)
        }
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2, let weekday = number(parts[0], in: range, names: names),
            let count = Int(parts[1]), (1...5).contains(count)
        else { return nil }
        return .nthWeekday(weekday, count)
    }

    /// `*`, `n`, `a-b`, each with `/step`; `n/step` runs to the end of the range.
    private static func values(
        _ text: String, in range: ClosedRange<Int>, names: [String]
    ) -> Item? {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        var step = 1
        if halves.count == 2 {
            guard let given = Int(halves[1]), given > 0, given <= range.upperBound else {
                return nil
            }
            step = given
        }
        if halves[0] == "*" { return .values(range, step: step) }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let first = ends.first,
            let low = number(first, in: range, names: names)
        else { return nil }
        guard ends.count == 2 else {
            return .values(low...(halves.count == 2 ? range.upperBound : low), step: step)
        }
        guard let high = number(ends[1], in: range, names: names), low <= high else { return nil }
        return .values(low...high, step: step)
    }

    private static func number(
        _ text: some StringProtocol, in range: ClosedRange<Int>, names: [String]
    ) -> Int? {
        if let index = names.firstIndex(of: String(text)) { return range.lowerBound + index }
        guard text.allSatisfy(\.isNumber), let value = Int(text), range.contains(value) else {
            return nil
        }
        return value
    }

    private static func workingDay(
        nearest day: Int, in month: CivilTime, dayCount: Int
    ) -> Int {
        let target = min(day, dayCount)
        let weekday = CivilTime(year: month.year, month: month.month, day: target).weekday
        switch weekday {
        case 7: return target > 1 ? target - 1 : target + 2
        case 1: return target < dayCount ? target + 1 : target - 2
        default: return target
        }
    }
}
