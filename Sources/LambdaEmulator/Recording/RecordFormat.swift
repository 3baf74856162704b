internal import StrictJSON
import TextEncoding

/// One recorded invocation as a line of JSON, version 1.
///
/// The figures come first, so that a list can be made without reading the rest:
///
///     {"v":1,"id":…,"function":…,"origin":…,"traceId":…,"acceptedMs":…,"endedMs":…,
///      "durationNs":…,"billedMs":…,"initNs":…,"memoryMb":…,"peakMemoryMb":…,
///      "failure":{"kind":…,"errorType":…},"contentType":…,"streamed":true,
///      "eventBytes":…,"answerBytes":…,"event":…,"answer":…,"log":…,
///      "explanation":…}
///
/// Times are Unix milliseconds. `initNs`, `failure`, `contentType`, `streamed` and `explanation`
/// are left out when there is none. `event`, `answer` and `log` are the bytes as a string, or, when
/// they are not UTF-8, `{"base64":…}`; `eventBytes` and `answerBytes` are the sizes before any cut.
/// A line `{"v":1,"dropped":N,"endedMs":…}` tells how many invocations before it were not written.
enum RecordFormat {
    static let version: Int64 = 1

    static func append(_ invocation: RecordedInvocation, to line: inout JSONWriter) {
        let result = invocation.result
        line.beginObject()
        line.member("v", version)
        appendSummary(of: invocation, to: &line)
        append("event", invocation.event, to: &line)
        append("answer", result.payload, to: &line)
        append("log", result.log, to: &line)
        if let explanation = result.explanation { line.member("explanation", explanation) }
        line.endObject()
    }

    /// Everything but the event, the answer and the log.
    static func appendSummary(of invocation: RecordedInvocation, to line: inout JSONWriter) {
        let result = invocation.result
        line.member("id", invocation.id)
        line.member("function", invocation.function)
        line.member("origin", invocation.origin.description)
        line.member("traceId", invocation.traceID)
        line.member("acceptedMs", invocation.acceptedMs)
        line.member("endedMs", invocation.endedMs)
        line.member("durationNs", result.report.durationNs)
        line.member("billedMs", result.report.billedMs)
        if let initNs = result.report.initNs { line.member("initNs", initNs) }
        line.member("memoryMb", Int64(result.report.memoryMB))
        line.member("peakMemoryMb", Int64(result.report.peakMemoryMB))
        if let failure = result.failure {
            line.name("failure")
            line.beginObject()
            line.member("kind", failure.kind.rawValue)
            line.member("errorType", failure.errorType)
            line.endObject()
        }
        if let contentType = result.contentType { line.member("contentType", contentType) }
        if result.isStreamed { line.member("streamed", true) }
        line.member("eventBytes", Int64(invocation.eventBytes))
        line.member("answerBytes", Int64(invocation.answerBytes))
    }

    static func line(of invocation: RecordedInvocation) -> [UInt8] {
        var line = JSONWriter()
        append(invocation, to: &line)
        line.endLine()
        return line.bytes
    }

    static func summaryLine(of invocation: RecordedInvocation) -> [UInt8] {
        var line = JSONWriter()
        line.beginObject()
        line.member("v", version)
        appendSummary(of: invocation, to: &line)
        line.endObject()
        line.endLine()
        return line.bytes
    }

    static func droppedLine(_ count: Int, atMs: Int64) -> [UInt8] {
        var line = JSONWriter()
        line.beginObject()
        line.member("v", version)
        line.member("dropped", Int64(count))
        line.member("endedMs", atMs)
        line.endObject()
        line.endLine()
        return line.bytes
    }

    private static func append(_ name: String, _ bytes: [UInt8], to line: inout JSONWriter) {
        line.name(name)
        guard !line.string(validating: bytes) else { return }
        line.beginObject()
        line.member("base64", Base64.encode(bytes))
        line.endObject()
    }
}

extension RecordFormat {
    /// What a line tells.
    enum Line {
        case invocation(RecordedInvocation)
        case dropped(Int)
    }

    /// An event of 1 MB may be written with six bytes for each of its own.
    private static let limits = JSONLimits(bytesMax: 32 * 1024 * 1024, depthMax: 4)

    /// Reads a line; nil when it is none: cut by a crash, or of a later version.
    static func read(_ line: ArraySlice<UInt8>) -> Line? {
        guard let value = try? StrictJSON.parse(Array(line), limits: limits),
            value["v"]?.integer == version
        else { return nil }
        if let dropped = value["dropped"]?.integer { return .dropped(Int(clamping: dropped)) }
        return invocation(value).map { .invocation($0) }
    }

    /// Reads the figures of a line only; event, answer and log are left empty.
    static func readSummary(_ line: ArraySlice<UInt8>) -> Line? {
        // No text can hold this: a quote within one is written with a backslash.
        guard let end = line.firstRange(of: #","event":"#.utf8) else { return read(line) }
        return read(line[..<end.lowerBound] + [UInt8(ascii: "}")])
    }

    /// Goes through whole lines from the last to the first for as long as it is told to.
    ///
    /// - Returns: False when it was told to stop.
    static func visitNewestFirst(
        _ lines: [UInt8], _ visit: (ArraySlice<UInt8>) -> Bool
    ) -> Bool {
        var end = lines.endIndex
        while end > lines.startIndex {
            let start = lines[..<(end - 1)].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
            let line = lines[start..<end]
            end = start
            // One without its end was cut by a crash, or is being written.
            if line.last == 0x0A, !visit(line.dropLast()) { return false }
        }
        return true
    }

    private static func invocation(_ value: JSONValue) -> RecordedInvocation? {
        guard let id = value["id"]?.string, let function = value["function"]?.string,
            let origin = value["origin"]?.string.flatMap(InvocationOrigin.init),
            let acceptedMs = value["acceptedMs"]?.integer,
            let endedMs = value["endedMs"]?.integer
        else { return nil }
        let report = InvocationReport(
            durationNs: value["durationNs"]?.integer ?? 0, initNs: value["initNs"]?.integer,
            memoryMB: Int(clamping: value["memoryMb"]?.integer ?? 0),
            peakMemoryMB: Int(clamping: value["peakMemoryMb"]?.integer ?? 0))
        let result = InvocationResult(
            requestID: id, payload: bytes(value["answer"]),
            contentType: value["contentType"]?.string, failure: failure(value["failure"]),
            isStreamed: value["streamed"]?.bool ?? false, report: report, log: bytes(value["log"]),
            explanation: value["explanation"]?.string)
        return RecordedInvocation(
            function: function, origin: origin, traceID: value["traceId"]?.string ?? "",
            acceptedMs: acceptedMs, endedMs: endedMs, event: bytes(value["event"]),
            eventBytes: Int(clamping: value["eventBytes"]?.integer ?? 0),
            answerBytes: Int(clamping: value["answerBytes"]?.integer ?? 0), result: result)
    }

    private static func failure(_ value: JSONValue?) -> InvocationFailure? {
        guard let type = value?["errorType"]?.string else { return nil }
        let kind = value?["kind"]?.string.flatMap(InvocationFailure.Kind.init)
        return InvocationFailure(kind: kind ?? .runtime, errorType: type)
    }

    private static func bytes(_ value: JSONValue?) -> [UInt8] {
        if let text = value?.string { return Array(text.utf8) }
        return value?["base64"]?.string.flatMap(Base64.decode) ?? []
    }
}

extension JSONValue {
    fileprivate var integer: Int64? { number?.integer }
}
