import StrictJSON

/// One message, written in either form.
struct LogLine {
    /// Unix time in milliseconds.
    let timeMs: Int64
    let level: LambdaLogger.Level
    let message: StaticString
    let requestID: String?
    let traceID: String?
    let fields: KeyValuePairs<StaticString, JSONValue>

    /// The line with its line feed.
    func bytes(_ format: LambdaLogger.Format) -> [UInt8] {
        switch format {
        case .json: json + [0x0A]
        case .text: Array(text.utf8) + [0x0A]
        }
    }

    private var json: [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.member("timestamp", Timestamp.text(timeMs))
        writer.member("level", level.name)
        writer.member("message", "\(message)")
        if let requestID { writer.member("requestId", requestID) }
        if let traceID { writer.member("traceId", traceID) }
        for (name, value) in fields { writer.member("\(name)", value) }
        writer.endObject()
        return writer.bytes
    }

    /// Values are JSON here, too, so that none of them can break the line.
    private var text: String {
        var words = [Timestamp.text(timeMs), requestID ?? "-", level.name, "\(message)"]
        for (name, value) in fields {
            words.append("\(name)=" + String(decoding: value.serialized(), as: UTF8.self))
        }
        return words.joined(separator: "\t")
    }
}
