/// A part of an emulator that does something by itself: a source of events, a recorder, a watcher.
///
/// Started in the order given, stopped before the functions' processes are ended.
protocol EmulatorPart: Sendable {
    /// Starts what runs beside the event loop; called once, when requests are accepted.
    func start() throws(SystemCallError)
    /// Does what is due, on the event loop's thread; must not block.
    ///
    /// - Parameter steadyNs: The steady time now.
    /// - Returns: The steady time of the next look; `Int64.max`: not by itself.
    func tick(at steadyNs: Int64) -> Int64
    /// When it does something by itself next, Unix milliseconds of the virtual clock; `Int64.max`:
    /// not by itself.
    var dueMs: Int64 { get }
    /// False while it could still do something at the virtual clock's time, although the activity
    /// that it counts is over.
    var isSettled: Bool { get }
    /// What it tells of itself and lets be done with it.
    var adminCalls: [AdminCall] { get }
    /// Lets it end; must not block.
    func requestStop()
    /// Waits until nothing of it runs any more; no invocation runs by then.
    func join()
}

extension EmulatorPart {
    func start() throws(SystemCallError) {}
    func tick(at steadyNs: Int64) -> Int64 { .max }
    var dueMs: Int64 { .max }
    var isSettled: Bool { true }
    var adminCalls: [AdminCall] { [] }
    func requestStop() {}
    func join() {}
}
