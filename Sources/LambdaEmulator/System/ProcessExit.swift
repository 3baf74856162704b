internal import Glibc

/// How a process ended.
enum ProcessExit: Sendable, Equatable {
    case status(Int32)
    case signal(Int32)
    case unknown

    /// In the words AWS uses: nil when there is nothing to say, as for status 0.
    var reason: String? {
        switch self {
        case .status(0), .unknown: nil
        case .status(let code): "exit status \(code)"
        case .signal(let number): "signal: \(Self.name(ofSignal: number))"
        }
    }

    /// `SIGSEGV (segmentation fault)`.
    static func symbol(ofSignal number: Int32) -> String {
        guard let known = signals[number] else { return "signal \(number)" }
        return "\(known.symbol) (\(known.name))"
    }

    private static func name(ofSignal number: Int32) -> String {
        signals[number]?.name ?? "signal \(number)"
    }

    /// The names are those of Go's syscall package, in which AWS's platform is written.
    private static let signals: [Int32: (symbol: String, name: String)] = [
        SIGHUP: ("SIGHUP", "hangup"), SIGINT: ("SIGINT", "interrupt"),
        SIGQUIT: ("SIGQUIT", "quit"), SIGILL: ("SIGILL", "illegal instruction"),
        SIGTRAP: ("SIGTRAP", "trace/breakpoint trap"), SIGABRT: ("SIGABRT", "aborted"),
        SIGBUS: ("SIGBUS", "bus error"), SIGFPE: ("SIGFPE", "floating point exception"),
        SIGKILL: ("SIGKILL", "killed"), SIGUSR1: ("SIGUSR1", "user defined signal 1"),
        SIGSEGV: ("SIGSEGV", "segmentation fault"),
        SIGUSR2: ("SIGUSR2", "user defined signal 2"), SIGPIPE: ("SIGPIPE", "broken pipe"),
        SIGALRM: ("SIGALRM", "alarm clock"), SIGTERM: ("SIGTERM", "terminated"),
        SIGXCPU: ("SIGXCPU", "CPU time limit exceeded"),
        SIGXFSZ: ("SIGXFSZ", "file size limit exceeded"),
        SIGSYS: ("SIGSYS", "bad system call"),
    ]
}
