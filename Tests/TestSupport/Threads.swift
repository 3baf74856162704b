import Glibc

/// Runs work on a detached thread of its own, which may block.
package func inThread(_ work: @escaping @Sendable () -> Void) {
    final class Body: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }
    var thread = pthread_t()
    let code = pthread_create(
        &thread, nil,
        { context in
            if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().work() }
            return nil
        }, Unmanaged.passRetained(Body(work)).toOpaque())
    precondition(code == 0, "no thread could be started")
    pthread_detach(thread)
}

/// What work comes to that blocks: it has a thread of its own, so that none of the pool is held.
package func onThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        inThread { continuation.resume(with: Result { try work() }) }
    }
}
