import LambdaEmulator

/// Recorded invocations as a table for people.
struct InvocationListing {
    let text: String

    init(_ invocations: [RecordedInvocation]) {
        text =
            TextTable(
                heads: ["ID", "WHEN", "FUNCTION", "ORIGIN", "DURATION", "RESULT"],
                rows: invocations.map { invocation in
                    [
                        String(invocation.id.prefix(8)), invocation.acceptedAt,
                        invocation.function, invocation.origin.description,
                        Self.milliseconds(invocation.result.report.durationNs),
                        invocation.result.failure?.errorType ?? "ok",
                    ]
                }
            ).text
    }

    /// With two decimals, as in the REPORT line.
    static func milliseconds(_ ns: Int64) -> String {
        let hundredths = ns / 10_000
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) ms"
    }
}

/// One recorded invocation for people.
struct InvocationPage {
    let text: String

    /// - Parameter attemptCount: How many records have its id.
    init(_ invocation: RecordedInvocation, attemptCount: Int) {
        let result = invocation.result
        let report = result.report
        var head = "\(invocation.function)  \(invocation.id)  "
        head += result.failure.map { "failed: \($0.errorType)" } ?? "ok"
        var lines = [head, "  called  \(invocation.acceptedAt) by \(invocation.origin)"]
        if attemptCount > 1 {
            lines.append("  attempt \(attemptCount): those before have the same id; see --json")
        }
        var figures =
            "  took    \(InvocationListing.milliseconds(report.durationNs)), "
            + "billed \(report.billedMs) ms"
        if let initNs = report.initNs {
            figures += ", init \(InvocationListing.milliseconds(initNs))"
        }
        lines.append(figures + ", memory \(report.peakMemoryMB) of \(report.memoryMB) MB")
        lines.append("  trace   \(invocation.traceID)")
        let explanation = result.explanation.map { "\nwhy it failed:\n" + Self.lines($0) }
        text =
            lines.joined(separator: "\n") + "\n" + (explanation ?? "")
            + Self.part("event", invocation.event, of: invocation.eventBytes)
            + Self.part(
                "answer", result.payload, of: invocation.answerBytes, type: result.contentType)
            + "\nlog:\n" + Self.lines(result.logText)
    }

    private static func part(
        _ name: String, _ bytes: [UInt8], of count: Int, type: String? = nil
    ) -> String {
        var title = "\(name) (\(count) bytes"
        if let type { title += ", \(type)" }
        if bytes.count < count { title += "; the first \(bytes.count) were kept" }
        let body = PrettyJSON.text(bytes) ?? String(decoding: bytes, as: UTF8.self)
        return "\n\(title)):\n" + lines(body)
    }

    /// With a line break at the end.
    private static func lines(_ text: String) -> String {
        text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    }
}
