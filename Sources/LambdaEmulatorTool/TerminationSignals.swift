import Glibc

/// SIGTERM and SIGINT, taken by a thread that waits for them.
struct TerminationSignals {
    private var signals = sigset_t()

    /// Blocks them in the calling thread, and so in every thread that it starts.
    init() {
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for one of them.
    ///
    /// - Returns: Its number, and whether the terminal sent it to everybody in the foreground.
    func wait() -> (number: Int32, isFromTerminal: Bool) {
        var signals = signals
        var information = siginfo_t()
        while true {
            let number = sigwaitinfo(&signals, &information)
            if number > 0 { return (number, information.si_code == SI_KERNEL) }
        }
    }
}
