internal import Glibc

/// An epoll set with a descriptor to wake its waiter.
///
/// Its descriptors never change, and epoll may be called from any thread.
final class Poller: Sendable {
    private let set: Int32
    private let wakeup: Int32

    init() throws(SystemCallError) {
        set = try LinuxCalls.makePollSet()
        wakeup = try LinuxCalls.makeWakeup()
        try add(wakeup)
    }

    deinit {
        close(wakeup)
        close(set)
    }

    func add(_ descriptor: Int32) throws(SystemCallError) {
        try LinuxCalls.add(descriptor, toPollSet: set)
    }

    /// Must be called before the descriptor is closed.
    func remove(_ descriptor: Int32) { LinuxCalls.remove(descriptor, fromPollSet: set) }

    /// Makes `wait` return soon; may be called from any thread.
    func wake() {
        var one: UInt64 = 1
        _ = write(wakeup, &one, MemoryLayout<UInt64>.size)
    }

    /// The readable descriptors, without the wake-up; -1 waits without end.
    func wait(timeoutMs: Int32) -> [Int32] {
        var readable = LinuxCalls.wait(forPollSet: set, timeoutMs: timeoutMs)
        if let index = readable.firstIndex(of: wakeup) {
            var value: UInt64 = 0
            _ = read(wakeup, &value, MemoryLayout<UInt64>.size)
            readable.remove(at: index)
        }
        return readable
    }
}
