/// Why an invocation failed, in words for the developer of the function; AWS tells less.
struct FailureExplanation {
    private static let lineCountMax = 12

    /// One sentence.
    let summary: String
    /// What was printed last, or where a Swift program crashed.
    let details: [String]

    init(_ summary: String, output: RecentOutput? = nil) {
        self.summary = summary
        let backtrace = output?.swiftBacktrace ?? []
        guard backtrace.isEmpty else {
            details = backtrace
            return
        }
        let last = output?.last(Self.lineCountMax) ?? []
        details = last.isEmpty ? [] : ["the last lines it printed:"] + last
    }

    /// A sentence, and lines below it.
    var text: String { ([summary] + details).joined(separator: "\n") }

    /// How a process ended, and after what.
    static func exit(
        _ exit: ProcessExit, after occasion: String, output: RecentOutput
    ) -> FailureExplanation {
        let how =
            switch exit {
            case .status(0): "ended by itself with exit status 0, without an answer,"
            case .status(let code): "ended by itself with exit status \(code)"
            case .signal(let number): "was ended by \(ProcessExit.symbol(ofSignal: number))"
            case .unknown: "ended"
            }
        return FailureExplanation("the process \(how) \(occasion)", output: output)
    }
}
