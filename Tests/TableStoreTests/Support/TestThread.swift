import Glibc
import Locking
import TableStore

/// A thread of its own, for what must not share the cooperative pool's.
final class TestThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    private let thread: pthread_t

    init(_ body: @escaping @Sendable () -> Void) throws {
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(Body(body)).toOpaque())
        guard code == 0 else { throw TableStoreError.unavailable(code: code) }
        self.thread = thread
    }

    func join() {
        pthread_join(thread, nil)
    }
}

/// What an asynchronous body came to on a thread of its own.
///
/// A store's calls never suspend, so the whole body runs on that thread. The pool's two threads
/// could not make eight stores wait for one another.
final class ThreadResult: Sendable {
    private struct Suspended: Error {}

    private final class Outcome: Sendable {
        let result = Locked<Result<Void, any Error>?>(nil)
    }

    private let outcome: Outcome
    private let thread: TestThread

    init(_ body: @escaping @Sendable () async throws -> Void) throws {
        let outcome = Outcome()
        self.outcome = outcome
        thread = try TestThread {
            Task.immediate {
                do {
                    try await body()
                    outcome.result.withLock { $0 = .success(()) }
                } catch {
                    outcome.result.withLock { $0 = .failure(error) }
                }
            }
        }
    }

    /// Waits for the end, and throws what the body threw.
    func value() throws {
        thread.join()
        guard let result = outcome.result.withLock({ $0 }) else { throw Suspended() }
        try result.get()
    }
}
