import Glibc
import HTTPClient
import Synchronization

/// Whether the platform has asked the process to end.
///
/// The invocations under way are finished; every wait for a next event is ended at once: the pipe
/// of the interruption stays readable, for any number of connections.
final class Termination: Sendable {
    let interruption: HTTPInterruption
    private let raised = Atomic(false)
    /// What the signal handler may touch: the pipe's end, or -1 before a handler is installed.
    private static let signalDescriptor = Atomic<Int32>(-1)
    private static let signalled = Atomic(false)
    /// Whether SIGTERM has come since ``onSignal()``.
    static var isSignalled: Bool { signalled.load(ordering: .acquiring) }
    private let followsSignal: Bool

    init(followsSignal: Bool = false) throws(HTTPClientError) {
        interruption = try HTTPInterruption()
        self.followsSignal = followsSignal
    }

    /// Raised by SIGTERM from now on. The object must live as long as the process.
    static func onSignal() throws(HTTPClientError) -> Termination {
        let termination = try Termination(followsSignal: true)
        signalled.store(false, ordering: .sequentiallyConsistent)
        signalDescriptor.store(
            termination.interruption.raiseDescriptor, ordering: .sequentiallyConsistent)
        // glibc's signal(2) restarts interrupted calls, so a handler's own I/O is not disturbed.
        signal(SIGTERM) { _ in
            let error = errno
            Termination.signalled.store(true, ordering: .sequentiallyConsistent)
            HTTPInterruption.raise(Termination.signalDescriptor.load(ordering: .relaxed))
            errno = error
        }
        return termination
    }

    var isRaised: Bool {
        raised.load(ordering: .acquiring)
            || followsSignal && Self.isSignalled
    }

    /// Ends the loops; false when they were ending already.
    @discardableResult func raise() -> Bool {
        let wasRaised = isRaised
        let wasRaisedHere = raised.exchange(true, ordering: .acquiringAndReleasing)
        interruption.raise()
        return !wasRaised && !wasRaisedHere
    }
}
