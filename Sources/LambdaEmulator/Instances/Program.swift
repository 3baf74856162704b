/// A program to be run as a process of its own.
struct Program: Sendable {
    let path: String
    var arguments: [String] = []
    /// `NAME=value` for each variable.
    let environment: [String]
    /// Where it runs.
    let directory: String
    /// Left stopped before its first instruction.
    var isStopped = false
    /// Lines it printed, without their line breaks; called on the loop's thread, or on that of who
    /// drains the output.
    let output: @Sendable ([[UInt8]]) -> Void
    /// Called once, on the loop's thread, after the last output.
    let exited: @Sendable (ProcessExit) -> Void

    /// Why it was not started.
    enum StartError: Error {
        case notExecutable(SystemCallError)
        case noDirectory(SystemCallError)
        case system(SystemCallError)
    }
}
