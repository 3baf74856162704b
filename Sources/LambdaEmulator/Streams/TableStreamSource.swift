import Locking
import Synchronization

internal import Glibc
internal import TableStore

/// Invokes a function with the changes of a table, in order, at least once each.
///
/// A thread of its own watches the table's file, reads on from the bookmark, waits for the
/// function and moves the bookmark when the function has succeeded. A batch that fails is tried
/// again for as long as it fails: nothing is skipped but what does not pass the filters.
final class TableStreamSource: EmulatorPart {
    private static let eventBytesMax = 6 * 1024 * 1024

    let definition: StreamDefinition
    private let context: StreamContext
    private let reader: SQLiteChangeReader
    private let bookmarkPath: String
    private let poller: Poller
    private let isStopped = Atomic(false)
    private let thread = Locked<EmulatorThread?>(nil)

    init(_ definition: StreamDefinition, _ context: StreamContext) throws(SystemCallError) {
        self.definition = definition
        self.context = context
        reader = SQLiteChangeReader(path: definition.storePath, table: definition.tableName)
        bookmarkPath = "\(context.directory)/\(definition.function)-\(definition.table).json"
        poller = try Poller()
    }

    func start() throws(SystemCallError) {
        let started = try EmulatorThread { [self] in run() }
        thread.withLock { $0 = started }
    }

    /// Lets the thread end; what it waits for must be released by others: its invocation.
    func requestStop() {
        isStopped.store(true, ordering: .relaxed)
        poller.wake()
    }

    func join() { thread.withLock { $0.take() }?.join() }

    private func run() {
        do {
            try FileContent.makeDirectory(context.directory)
            let store = FileContent.directory(of: definition.storePath)
            try FileContent.makeDirectory(store)
            let name = String(definition.storePath.split(separator: "/").last ?? "")
            let watcher = try FileWatcher(directory: store, names: [name, name + "-wal"])
            try poller.add(watcher.descriptor)
            var bookmark = try StreamBookmark.load(from: bookmarkPath)
            loop(watcher, &bookmark)
        } catch let error as SystemCallError {
            note("not read: \(error.call): \(error.reason)")
        } catch {
            note("not read: \(bookmarkPath) is not a bookmark: remove it to begin anew")
        }
    }

    private func loop(_ watcher: FileWatcher, _ bookmark: inout StreamBookmark) {
        var failures = 0
        var emptyLooks = 0
        var trimmedMs = Int64.min
        while !isStopped.load(ordering: .relaxed) {
            let lookedNs = EmulatorClock.system.steadyNs()
            switch look(&bookmark) {
            case .delivered: (failures, emptyLooks) = (0, 0)
            case .failed:
                failures += 1
                let delayMs = context.policy.retryDelayMs(afterFailures: failures)
                note("tried again in \(delayMs) ms after \(failures) failures in a row")
                pause(ms: delayMs)
            case .empty:
                failures = 0
                trim(&trimmedMs)
                emptyLooks += 1
                let delayMs = context.policy.relookDelayMs(afterEmptyLooks: emptyLooks)
                if waitForChange(watcher, timeoutMs: delayMs) { emptyLooks = 0 }
                // Not more often than the policy says, however often the file is written.
                let sinceMs = (EmulatorClock.system.steadyNs() - lookedNs) / 1_000_000
                pause(ms: max(0, context.policy.lookMs - Int(sinceMs)))
            }
        }
    }

    private enum Look { case delivered, failed, empty }

    private func look(_ bookmark: inout StreamBookmark) -> Look {
        guard let store = StreamBookmark.identity(ofStore: definition.storePath) else {
            return .empty
        }
        var next = bookmark
        if next.store != store { next = StreamBookmark(sequence: 0, store: store) }
        do {
            let records = try reader.read(after: next.sequence, limit: definition.batchSize)
            guard !records.isEmpty else { return .empty }
            guard let last = take(records) else { return .failed }
            next.sequence = last
            bookmark = next
            try bookmark.save(to: bookmarkPath)
            return .delivered
        } catch let error as SystemCallError {
            // The records are delivered; after a crash they would be once more.
            note("\(bookmarkPath): \(error.call): \(error.reason)")
            return .delivered
        } catch {
            note("the table cannot be read: \(error)")
            return .failed
        }
    }

    /// Delivers what passes the filters and skips the rest; the last sequence that is done with,
    /// nil when the function failed.
    private func take(_ records: [ChangeRecord]) -> Int64? {
        let filters = definition.filters
        guard !filters.isEmpty else { return deliver(records) }
        let hasImages = filters.contains { !$0.asksOnlyFor("eventName") }
        let passing = records.filter { record in
            let value = record.filterValue(hasImages: hasImages)
            return filters.contains { $0.passes(value) }
        }
        guard !passing.isEmpty else { return records.last?.sequence }
        let last = deliver(passing)
        return last == passing.last?.sequence ? records.last?.sequence : last
    }

    /// Invokes the function and waits; the last sequence it took, nil when it failed.
    private func deliver(_ records: [ChangeRecord]) -> Int64? {
        var batch = records[...]
        var event = makeEvent(batch)
        while event.count > Self.eventBytesMax, batch.count > 1 {
            batch = batch.prefix(batch.count / 2)
            event = makeEvent(batch)
        }
        let promise = Promise<InvocationOutcome>()
        context.invoker.invoke(definition.function, event, from: .stream(definition.table)) {
            promise.fulfil($0)
        }
        guard case .completed(let result) = promise.wait(), result.failure == nil else {
            return nil
        }
        return batch.last?.sequence
    }

    private func makeEvent(_ records: ArraySlice<ChangeRecord>) -> [UInt8] {
        TableStreamEventBuilder.make(
            records, streamARN: context.streamARN(definition), region: context.region)
    }

    /// True when the file changed, false when the time is over; nil waits without end.
    private func waitForChange(_ watcher: FileWatcher, timeoutMs: Int?) -> Bool {
        let endNs = timeoutMs.map { EmulatorClock.system.steadyNs() + Int64($0) * 1_000_000 }
        while !isStopped.load(ordering: .relaxed) {
            if watcher.takeEvents() { return true }
            let leftMs = endNs.map { ($0 - EmulatorClock.system.steadyNs() + 999_999) / 1_000_000 }
            if let leftMs, leftMs <= 0 { return false }
            _ = poller.wait(timeoutMs: leftMs.map { Int32(clamping: $0) } ?? -1)
        }
        return false
    }

    /// Waits for the time or for a stop, not for changes.
    private func pause(ms: Int) {
        let endNs = EmulatorClock.system.steadyNs() + Int64(ms) * 1_000_000
        while !isStopped.load(ordering: .relaxed) {
            let leftNs = endNs - EmulatorClock.system.steadyNs()
            guard leftNs > 0 else { return }
            usleep(UInt32(min(leftNs / 1_000 + 1, 50_000)))
        }
    }

    private func trim(_ trimmedMs: inout Int64) {
        let now = context.clock.unixMs()
        guard trimmedMs == .min || now - trimmedMs >= context.policy.trimIntervalMs else { return }
        trimmedMs = now
        do {
            try reader.trim(beforeMs: now - context.policy.retentionMs)
        } catch {
            note("old records are not removed: \(error)")
        }
    }

    private func note(_ text: String) {
        context.log.note("stream of \(definition.table) to \(definition.function): \(text)")
    }
}

/// What all stream sources of an emulator share.
struct StreamContext: Sendable {
    /// Where the bookmarks are.
    let directory: String
    let region: String
    let accountID: String
    let clock: EmulatorClock
    let log: EmulatorLog
    var policy = StreamPolicy()
    let invoker: Invoker

    func streamARN(_ stream: StreamDefinition) -> String {
        "arn:aws:dynamodb:\(region):\(accountID):table/\(stream.table)/stream/local"
    }
}
