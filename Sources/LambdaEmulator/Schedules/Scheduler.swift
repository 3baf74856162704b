import Locking

/// Fires the schedules of a template when the clock says so.
///
/// What became due while the emulator did not run, or while the machine slept, is fired once at
/// most, not once for each occasion that passed.
final class Scheduler: EmulatorPart {
    /// How often the wall clock is looked at again at least, since it may be set.
    private static let lookMs: Int64 = 30_000

    private let schedules: [ScheduleDefinition]
    private let clock: VirtualClock
    private let startMs: Int64
    private let occasions: Locked<[Int64?]>
    /// Called with a schedule and the moment it was due.
    private let fire: @Sendable (ScheduleDefinition, Int64) -> Void

    init(
        _ schedules: [ScheduleDefinition], clock: VirtualClock,
        fire: @escaping @Sendable (ScheduleDefinition, Int64) -> Void
    ) {
        self.schedules = schedules
        self.clock = clock
        self.fire = fire
        let start = clock.unixMs
        startMs = start
        occasions = Locked(schedules.map { $0.next(afterMs: start, createdMs: start) })
    }

    /// Fires what is due; the next look is `Int64.max` without schedules.
    func tick(at steadyNs: Int64) -> Int64 {
        guard !schedules.isEmpty else { return .max }
        let now = clock.unixMs
        let due = occasions.withLock { occasions in
            var due: [(ScheduleDefinition, Int64)] = []
            for (index, schedule) in schedules.enumerated() {
                guard let moment = occasions[index], moment <= now else { continue }
                due.append((schedule, moment))
                occasions[index] = schedule.next(afterMs: now, createdMs: startMs)
            }
            return due
        }
        for (schedule, moment) in due { fire(schedule, moment) }
        let next = dueMs
        guard next < .max else { return .max }
        return steadyNs + min(Self.lookMs, max(0, next - now)) * 1_000_000
    }

    /// Each schedule with its next moment, Unix milliseconds; nil for one that fires no more.
    var upcoming: [(schedule: ScheduleDefinition, nextMs: Int64?)] {
        occasions.withLock { Array(zip(schedules, $0)) }.map { ($0, $1) }
    }

    /// Fires a schedule at once, as if it were due; false when there is none of this name.
    func fireNow(_ name: String) -> Bool {
        guard let schedule = schedules.first(where: { $0.name == name }) else { return false }
        fire(schedule, clock.unixMs)
        return true
    }

    var adminCalls: [AdminCall] { ScheduleCalls(scheduler: self).calls }

    /// When the next of them fires.
    var dueMs: Int64 { occasions.withLock { $0.compactMap(\.self).min() } ?? .max }
}
