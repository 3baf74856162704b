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

    private static func name(ofSignal number: Int32) -> String {
        switch number {
        case SIGILL: "illegal instruction"
        case SIGTRAP: "trace/breakpoint trap"
        case SIGABRT: "aborted"
        case SIGBUS: "bus error"
        case SIGFPE: "floating point exception"
        case SIGKILL: "killed"
        case SIGSEGV: "segmentation fault"
        case SIGPIPE: "broken pipe"
        case SIGTERM: "terminated"
        case SIGINT: "interrupt"
        case SIGHUP: "hangup"
        case SIGSYS: "bad system call"
        default: "signal \(number)"
        }
    }
}
