/// A function as callers of the Lambda API name it: `NAME`, `NAME:QUALIFIER`, a whole ARN or the
/// end of one (`ACCOUNT:function:NAME`).
struct FunctionReference: Equatable {
    let name: String
    /// A version or an alias; nil when none is named.
    let qualifier: String?

    /// The version that there is here.
    static let latest = "$LATEST"
    /// What AWS takes as a name, in its own words.
    static let pattern =
        "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?"
        + "(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"

    /// Nil for what is not written as a name of a function.
    init?(_ text: String) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        if let index = parts.firstIndex(of: "function"), index + 1 < parts.endIndex {
            parts = parts[(index + 1)...]
        } else if parts.count > 2 {
            return nil
        }
        guard let name = parts.first, Self.isName(name), parts.count <= 2 else { return nil }
        self.name = String(name)
        qualifier = parts.dropFirst().first.map(String.init)
        if let qualifier, !Self.isQualifier(qualifier) { return nil }
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: ".") }
    }

    private static func isQualifier(_ text: String) -> Bool {
        text == latest || !text.isEmpty && text.utf8.allSatisfy(isWordByte)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
