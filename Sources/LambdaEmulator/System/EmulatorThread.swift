import Locking

internal import Glibc

/// A thread with a body: joined once, or left to end by itself when nobody holds it any more.
package final class EmulatorThread: Sendable {
    private final class Body {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: Locked<pthread_t?>

    package init(_ run: @escaping @Sendable () -> Void) throws(SystemCallError) {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run: run))
        let code = pthread_create(
            &thread, nil,
            { body in
                if let body { Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw SystemCallError(call: "pthread_create", code: code)
        }
        self.thread = Locked(thread)
    }

    deinit {
        if let thread = thread.withLock({ $0.take() }) { pthread_detach(thread) }
    }

    /// Waits for the body to return.
    package func join() {
        if let thread = thread.withLock({ $0.take() }) { pthread_join(thread, nil) }
    }
}
