import Locking
import Synchronization

internal import Glibc
internal import TableStore

/// Invokes a function with the changes of a table, in order, at least once each.
///
/// A thread of its own watches the table's file, reads on from the bookmark, waits for the
/// function and moves the bookmark when the function has succeeded. A batch that fails is tried
/// again, whole, in halves or from the record that it failed with, until it succeeds or is given
/// up as the definition says.
final class TableStreamSource: EmulatorPart {
    /// What the thread does.
    enum Phase: Equatable {
        /// It reads or delivers.
        case busy
        /// It waits for a change of the file.
        case idle
        /// It waits for a moment of the virtual clock, or for a full batch if one is gathered.
        case waiting(untilMs: Int64, gathers: Bool)
        /// It has ended, and does nothing any more.
        case ended
    }

    /// How often the clock is looked at again at least, since it may be set.
    private static let lookMs: Int64 = 30_000

    let definition: StreamDefinition
    let context: StreamContext
    let reader: SQLiteChangeReader
    let bookmarkPath: String
    let poller: Poller
    private let isStopping = Atomic(false)
    private let thread = Locked<EmulatorThread?>(nil)
    private let phase = Locked(Phase.busy)
    private let bookmark = Locked(StreamBookmark())

    init(_ definition: StreamDefinition, _ context: StreamContext) throws(SystemCallError) {
        self.definition = definition
        self.context = context
        reader = SQLiteChangeReader(path: definition.storePath, table: definition.tableName)
        bookmarkPath = "\(context.directory)/\(definition.function)-\(definition.table).json"
        poller = try Poller()
    }

    func start() throws(SystemCallError) {
        let started = try EmulatorThread { [self] in
            run()
            set(.ended)
        }
        thread.withLock { $0 = started }
    }

    /// Lets the thread end; what it waits for must be released by others: its invocation.
    func requestStop() {
        isStopping.store(true, ordering: .relaxed)
        poller.wake()
    }

    func join() { thread.withLock { $0.take() }?.join() }

    var isStopped: Bool { isStopping.load(ordering: .relaxed) }

    /// Wakes the thread when the moment has come that it waits for.
    func tick(at steadyNs: Int64) -> Int64 {
        let next = dueMs
        guard next < .max else { return .max }
        let now = context.clock.unixMs
        guard next > now else {
            poller.wake()
            return .max
        }
        return steadyNs + min(Self.lookMs, next - now) * 1_000_000
    }

    var dueMs: Int64 {
        if case .waiting(let untilMs, _) = phase.withLock({ $0 }) { untilMs } else { .max }
    }

    /// True when nothing can be delivered before the clock or the table changes.
    var isSettled: Bool {
        switch phase.withLock({ $0 }) {
        case .busy: return false
        case .ended: return true
        case .idle: return !holdsRecords(1)
        case .waiting(let untilMs, let gathers):
            return untilMs > context.clock.unixMs
                && !(gathers && holdsRecords(definition.batchSize))
        }
    }

    /// Whether the stream goes on for so many records, though the thread may not know of it yet.
    private func holdsRecords(_ count: Int) -> Bool {
        let place = currentBookmark
        guard let store = StreamBookmark.identity(ofStore: definition.storePath) else {
            return false
        }
        let after = place.store == store ? place.sequence : 0
        return (try? reader.holds(count, after: after)) ?? false
    }

    func set(_ new: Phase) { phase.withLock { $0 = new } }

    /// How far the stream is done with.
    var currentBookmark: StreamBookmark { bookmark.withLock { $0 } }

    func setBookmark(_ new: StreamBookmark) { bookmark.withLock { $0 = new } }

    private func run() {
        do {
            try FileContent.makeDirectory(context.directory)
            let store = FileContent.directory(of: definition.storePath)
            try FileContent.makeDirectory(store)
            let name = String(definition.storePath.split(separator: "/").last ?? "")
            let watcher = try FileWatcher(directory: store, names: [name, name + "-wal"])
            try poller.add(watcher.descriptor)
            setBookmark(try firstBookmark())
            loop(watcher)
        } catch let error as SystemCallError {
            note("not read: \(error.call): \(error.reason)")
        } catch let error as TableStoreError {
            note("not read: \(error.code)")
        } catch {
            note("not read: \(bookmarkPath) is not a bookmark: remove it to begin anew")
        }
    }

    /// Where an earlier run ended, or where the definition says that a first one begins.
    private func firstBookmark() throws -> StreamBookmark {
        let isFirst = access(bookmarkPath, F_OK) != 0
        guard isFirst, definition.startsAtLatest,
            let store = StreamBookmark.identity(ofStore: definition.storePath)
        else { return try StreamBookmark.load(from: bookmarkPath) }
        let bookmark = StreamBookmark(sequence: try reader.lastSequence(), store: store)
        try bookmark.save(to: bookmarkPath)
        return bookmark
    }

    private func loop(_ watcher: FileWatcher) {
        var backlog = StreamBacklog()
        var emptyLooks = 0
        var trimmedMs = Int64.min
        while !isStopped {
            let lookedNs = EmulatorClock.system.steadyNs()
            switch look(&backlog) {
            case .delivered: emptyLooks = 0
            case .waits(let untilMs, gathers: false):
                emptyLooks = 0
                set(.waiting(untilMs: untilMs, gathers: false))
                wait(watcher, untilMs: untilMs)
            case .waits(let untilMs, gathers: true):
                set(.waiting(untilMs: untilMs, gathers: true))
                waitForChange(watcher, untilMs: untilMs, lookedNs: lookedNs, &emptyLooks)
            case .empty:
                trim(&trimmedMs)
                set(.idle)
                waitForChange(watcher, untilMs: .max, lookedNs: lookedNs, &emptyLooks)
            }
            set(.busy)
        }
    }

    /// Waits for a change of the file, for the look again that follows a change, or for a moment of
    /// the virtual clock.
    private func waitForChange(
        _ watcher: FileWatcher, untilMs: Int64, lookedNs: Int64, _ emptyLooks: inout Int
    ) {
        emptyLooks += 1
        let relookMs = context.policy.relookDelayMs(afterEmptyLooks: emptyLooks)
        let relookNs = relookMs.map { EmulatorClock.system.steadyNs() + Int64($0) * 1_000_000 }
        if wait(watcher, endsWithChanges: true, untilMs: untilMs, relookNs: relookNs) {
            emptyLooks = 0
        }
        // Not more often than the policy says, however often the file is written.
        let sinceMs = (EmulatorClock.system.steadyNs() - lookedNs) / 1_000_000
        pause(ms: max(0, context.policy.lookMs - Int(sinceMs)))
    }

    /// Waits until one of the moments has come, or until the file changes.
    ///
    /// - Parameters:
    ///   - endsWithChanges: False when a change makes no difference: the stream is looked at
    ///     after the wait in any case.
    ///   - untilMs: Unix milliseconds of the virtual clock.
    ///   - relookNs: Of the machine's steady clock; nil for no such moment.
    /// - Returns: True when the file changed.
    @discardableResult private func wait(
        _ watcher: FileWatcher, endsWithChanges: Bool = false, untilMs: Int64,
        relookNs: Int64? = nil
    ) -> Bool {
        while !isStopped {
            // Taken in any case: the poller does not wait while there are some.
            if watcher.takeEvents(), endsWithChanges { return true }
            guard let waitMs = waitMs(untilMs, relookNs) else { return false }
            _ = poller.wait(timeoutMs: waitMs)
        }
        return false
    }

    /// How long to wait at once, in milliseconds of the machine's clock, -1 without end; nil when
    /// one of the moments has come.
    private func waitMs(_ untilMs: Int64, _ relookNs: Int64?) -> Int32? {
        var waitMs = Int64.max
        if untilMs < .max {
            waitMs = min(untilMs - context.clock.unixMs, Self.lookMs)
            guard waitMs > 0 else { return nil }
            // The loop looks at the virtual clock then, and wakes this thread.
            context.loop.wake(byNs: context.loop.clock.steadyNs() + waitMs * 1_000_000)
        }
        if let relookNs {
            let leftNs = relookNs - EmulatorClock.system.steadyNs()
            guard leftNs > 0 else { return nil }
            waitMs = min(waitMs, (leftNs + 999_999) / 1_000_000)
        }
        return waitMs < .max ? Int32(clamping: waitMs) : -1
    }

    /// Waits for the time or for a stop, not for changes.
    private func pause(ms: Int) {
        let endNs = EmulatorClock.system.steadyNs() + Int64(ms) * 1_000_000
        while !isStopped {
            let leftNs = endNs - EmulatorClock.system.steadyNs()
            guard leftNs > 0 else { return }
            usleep(UInt32(min(leftNs / 1_000 + 1, 50_000)))
        }
    }

    private func trim(_ trimmedMs: inout Int64) {
        let now = context.machine.unixMs()
        guard trimmedMs == .min || now - trimmedMs >= context.policy.trimIntervalMs else { return }
        trimmedMs = now
        do {
            try reader.trim(beforeMs: now - context.policy.retentionMs)
        } catch {
            note("old records are not removed: \(error)")
        }
    }

    func note(_ text: String) {
        context.log.note("stream of \(definition.table) to \(definition.function): \(text)")
    }
}
