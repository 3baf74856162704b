import Glibc
import StrictJSON

/// An error as X-Ray shows it in the segment of its invocation.
///
/// The document is the `cause` object of X-Ray's segment documents. It travels in a header field,
/// so it is ASCII, and short: a message is cut to its first 1,024 characters, a type to 256.
struct XRayErrorCause {
    let report: ErrorReport

    /// `{"working_directory": …, "exceptions": [{"type": …, "message": …, "stack": []}],
    /// "paths": []}`
    var fieldValue: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("working_directory", Self.workingDirectory)
        writer.name("exceptions")
        writer.beginArray()
        writer.beginObject()
        writer.member("type", Self.cut(report.type, 256))
        writer.member("message", Self.cut(report.message, 1024))
        writer.member("stack", texts: [])
        writer.endObject()
        writer.endArray()
        writer.member("paths", texts: [])
        writer.endObject()
        return Self.ascii(String(decoding: writer.bytes, as: UTF8.self))
    }

    private static func cut(_ text: String, _ countMax: Int) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(countMax)))
    }

    private static var workingDirectory: String {
        guard let path = getcwd(nil, 0) else { return "" }
        defer { free(path) }
        return String(cString: path)
    }

    /// The same JSON with every other character escaped (RFC 8259, section 7).
    private static func ascii(_ json: String) -> String {
        var text = ""
        for scalar in json.unicodeScalars {
            if scalar.isASCII, scalar != "\u{7F}" {
                text.unicodeScalars.append(scalar)
            } else {
                for unit in UTF16.encode(scalar) ?? .init() {
                    let digits = String(unit, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return text
    }
}
