import Locking
import Synchronization

/// Keeps every invocation: the last ones in memory, and, with a folder, all of them in its
/// segments until these are too many.
///
/// An invocation's end appends to a buffer and goes on. A thread of the recorder's own writes what
/// has gathered, in batches; when it cannot keep up, the oldest that still wait are left out and
/// counted, in the segments and in the log. A crash of the emulator loses the last moments and
/// cuts a line at most.
final class InvocationRecorder: EmulatorPart {
    private struct State {
        var buffer: RecordBuffer
        /// When what waits is to be written; nil while nothing waits.
        var dueNs: Int64?
        /// True once the thread was told.
        var isCalled = false
    }

    /// For so long invocations are gathered, or until they are so many bytes.
    private static let delayNs: Int64 = 50_000_000
    private static let gatheredBytesMax = 1024 * 1024

    let clock: EmulatorClock
    private let state: Locked<State>
    private let writer: Locked<RecordWriter>?
    private let loop: EventLoop
    private let poller: Poller?
    private let isStopped = Atomic(false)
    private let thread = Locked<EmulatorThread?>(nil)

    /// - Parameter folder: Nil keeps invocations in memory only.
    init(
        limits: RecordBuffer.Limits, folder: (path: String, bytesMax: Int)?,
        clock: EmulatorClock, log: EmulatorLog, loop: EventLoop
    ) throws(SystemCallError) {
        state = Locked(State(buffer: RecordBuffer(limits: limits, isWritten: folder != nil)))
        writer = folder.map {
            Locked(RecordWriter($0.path, bytesMax: $0.bytesMax, clock: clock, log: log))
        }
        poller = folder == nil ? nil : try Poller()
        self.clock = clock
        self.loop = loop
    }

    /// Waits for nothing but other appends, and costs no system call but once for each batch.
    func record(_ invocation: RecordedInvocation) {
        let (dueNs, isFull) = state.withLock { state -> (Int64?, Bool) in
            state.buffer.append(invocation)
            guard writer != nil, !state.isCalled else { return (nil, false) }
            if state.buffer.waitingBytes > Self.gatheredBytesMax {
                state.isCalled = true
                return (nil, true)
            }
            guard state.dueNs == nil else { return (nil, false) }
            state.dueNs = clock.steadyNs() + Self.delayNs
            return (state.dueNs, false)
        }
        if isFull { poller?.wake() }
        if let dueNs { loop.wake(byNs: dueNs) }
    }

    /// The last invocations that are wanted, newest first.
    ///
    /// - Parameter read: Reads a line, or its figures only.
    func last(
        _ countMax: Int, read: (ArraySlice<UInt8>) -> RecordFormat.Line? = RecordFormat.read,
        where isWanted: (RecordedInvocation) -> Bool = { _ in true }
    ) -> [RecordedInvocation] {
        let kept = state.withLock { $0.buffer.newestFirst }
        var found: [RecordedInvocation] = []
        for lines in kept {
            let goesOn = RecordFormat.visitNewestFirst(lines) { line in
                guard case .invocation(let invocation)? = read(line), isWanted(invocation) else {
                    return true
                }
                found.append(invocation)
                return found.count < countMax
            }
            if !goesOn { break }
        }
        return found
    }

    func start() throws(SystemCallError) {
        guard let poller else { return }
        let started = try EmulatorThread { [self] in
            while !isStopped.load(ordering: .acquiring) {
                _ = poller.wait(timeoutMs: -1)
                flush()
            }
        }
        thread.withLock { $0 = started }
    }

    func tick(at steadyNs: Int64) -> Int64 {
        let (next, isDue) = state.withLock { state -> (Int64, Bool) in
            guard let dueNs = state.dueNs, !state.isCalled else { return (.max, false) }
            guard dueNs <= steadyNs else { return (dueNs, false) }
            state.isCalled = true
            return (.max, true)
        }
        if isDue { poller?.wake() }
        return next
    }

    /// Ends the thread, and writes what the last invocations have left.
    func join() {
        isStopped.store(true, ordering: .releasing)
        poller?.wake()
        thread.withLock { $0.take() }?.join()
        flush()
    }

    /// Writes what waits.
    func flush() {
        writer?.withLock { writer in
            let waiting = state.withLock { state in
                state.dueNs = nil
                state.isCalled = false
                return state.buffer.takeWaiting()
            }
            writer.write(waiting.chunks, droppedCount: waiting.droppedCount)
        }
    }
}
