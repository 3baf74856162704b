import Glibc

/// Ends the wait for an answer from a signal handler or another thread, once and for all.
package final class HTTPInterruption: Sendable {
    /// The reading end of a pipe: readable once raised.
    let descriptor: Int32
    /// The writing end, for ``raise(_:)``.
    package let raiseDescriptor: Int32

    /// - Throws: ``HTTPClientError/Code/other`` when the process has no descriptor left.
    package init() throws(HTTPClientError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw HTTPClientError(.other, "no descriptor left") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        raiseDescriptor = ends[1]
    }

    package func raise() { Self.raise(raiseDescriptor) }

    /// Raises by descriptor alone, for a signal handler, which may hold no object: `write(2)` is
    /// async-signal-safe. A full pipe is already raised.
    package static func raise(_ descriptor: Int32) {
        var mark: UInt8 = 1
        _ = write(descriptor, &mark, 1)
    }

    deinit {
        close(descriptor)
        close(raiseDescriptor)
    }
}
