internal import Locking

/// A value that one thread waits for and another delivers, once.
///
/// Never wait on a thread of the Swift runtime's pool.
final class Promise<Value: Sendable>: Sendable {
    private let value = Monitor<Value?>(nil)

    /// Delivers the value; only the first one counts.
    func fulfil(_ delivered: Value) {
        value.change { value in
            if value == nil { value = delivered }
        }
    }

    /// Waits for the value.
    func wait() -> Value {
        value.wait { value in value.map { .done($0) } ?? .wait }
    }

    /// Waits for the value, nil when the time is over.
    func wait(timeoutMs: Int) -> Value? {
        let endMs = EmulatorClock.system.unixMs() + Int64(timeoutMs)
        return value.wait { value in
            if let value { return .done(value) }
            guard EmulatorClock.system.unixMs() < endMs else { return .done(nil) }
            return .waitUntil(unixMs: endMs)
        }
    }
}
