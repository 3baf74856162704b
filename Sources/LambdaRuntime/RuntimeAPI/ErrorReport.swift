import StrictJSON

/// What the platform and the caller are told about an error.
///
/// Swift's own description of an error may print associated values, and with them input or
/// secrets. So only an error that conforms to ``LambdaFailure`` speaks for itself; of any other
/// the report names the type and, for an enumeration, the case.
struct ErrorReport: Sendable, Equatable {
    let type: String
    let message: String

    init(_ error: any Error) {
        if let failure = error as? any LambdaFailure {
            type = failure.code
            message = failure.publicMessage
        } else {
            let name = String(describing: Swift.type(of: error))
            type = name
            message = Self.caseName(error).map { "\(name).\($0)" } ?? name
        }
    }

    /// `{"errorMessage": …, "errorType": …, "stackTrace": []}`
    var body: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("errorMessage", message)
        writer.member("errorType", type)
        writer.name("stackTrace")
        writer.beginArray()
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// The type in the form that the platform keeps: `Function.` or `Runtime.`, and letters of
    /// which the first is a capital. What has another form it counts as `Runtime.Unknown`, which
    /// would blame the runtime.
    var fieldValue: String {
        let prefix = ["Function.", "Runtime."].first(where: type.hasPrefix)
        var letters = type.utf8.dropFirst(prefix?.utf8.count ?? 0).filter { byte in
            (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        guard letters.count > 1 else { return (prefix ?? "Function.") + "Unknown" }
        letters[0] &= 0x5F
        return (prefix ?? "Function.") + String(decoding: letters, as: UTF8.self)
    }

    private static func caseName(_ error: any Error) -> String? {
        guard !(error is any CustomReflectable) else { return nil }
        let mirror = Mirror(reflecting: error)
        guard mirror.displayStyle == .enum else { return nil }
        if let label = mirror.children.first?.label { return label }
        // Without associated values the description is the case's name, unless the type wrote one.
        if error is any CustomStringConvertible || error is any CustomDebugStringConvertible
            || error is any TextOutputStreamable
        {
            return nil
        }
        return String(describing: error)
    }
}
