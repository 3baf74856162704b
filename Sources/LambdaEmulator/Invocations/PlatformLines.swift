/// The log lines the platform writes around each invocation, as AWS writes them.
enum PlatformLines {
    static func start(_ requestID: String) -> [UInt8] {
        Array("START RequestId: \(requestID) Version: $LATEST".utf8)
    }

    static func end(_ requestID: String) -> [UInt8] {
        Array("END RequestId: \(requestID)".utf8)
    }

    static func report(
        _ requestID: String, _ report: InvocationReport, failure: InvocationFailure?
    ) -> [UInt8] {
        var line = LineBuilder()
        line.text("REPORT RequestId: ")
        line.text(requestID)
        line.text("\tDuration: ")
        line.milliseconds(fromNs: report.durationNs)
        line.text(" ms\tBilled Duration: ")
        line.decimal(report.billedMs)
        line.text(" ms\tMemory Size: ")
        line.decimal(Int64(report.memoryMB))
        line.text(" MB\tMax Memory Used: ")
        line.decimal(Int64(report.peakMemoryMB))
        line.text(" MB\t")
        if let initNs = report.initNs {
            line.text("Init Duration: ")
            line.milliseconds(fromNs: initNs)
            line.text(" ms\t")
        }
        if let failure { append(failure, to: &line) }
        return line.bytes
    }

    /// For an instance that never asked for work.
    ///
    /// - Parameter phase: `init`, or `invoke` when it was part of an invocation.
    static func initReport(
        durationNs: Int64, phase: String, failure: InvocationFailure
    ) -> [UInt8] {
        var line = LineBuilder()
        line.text("INIT_REPORT Init Duration: ")
        line.milliseconds(fromNs: durationNs)
        line.text(" ms\tPhase: ")
        line.text(phase)
        line.text("\t")
        append(failure, to: &line)
        return line.bytes
    }

    private static func append(_ failure: InvocationFailure, to line: inout LineBuilder) {
        line.text(failure.kind == .timeout ? "Status: timeout" : "Status: error\tError Type: ")
        if failure.kind != .timeout { line.text(failure.errorType) }
    }
}
