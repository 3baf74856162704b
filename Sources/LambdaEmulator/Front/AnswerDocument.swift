/// The HTTP answer that stands in a function's JSON: `statusCode`, `headers` and so on.
///
/// Sources: "Create AWS Lambda proxy integrations for HTTP APIs" and "Lambda proxy integrations in
/// API Gateway", output format, of the API Gateway developer guide.
struct AnswerDocument {
    /// Nil when there is no `statusCode`.
    private(set) var status: Int?
    private(set) var headers: [(String, String)] = []
    private(set) var multiValueHeaders: [(String, String)] = []
    private(set) var cookies: [String] = []
    /// The text of `body`, UTF-8.
    private(set) var body: [UInt8] = []
    private(set) var isBase64Encoded = false
    /// The first member whose value is not one it can have.
    private(set) var problem: AnswerProblem?
    /// The byte that the value of `body` begins at.
    private(set) var bodyOffset = 0

    /// Reads an answer; what has the wrong type is kept as `problem`, since an object without
    /// `statusCode` may be no answer at all.
    ///
    /// - Returns: Nil for JSON that is not an object.
    /// - Throws: A fault for what is not JSON.
    init?(_ bytes: [UInt8]) throws(JSONScanner.Fault) {
        var scanner = JSONScanner(bytes)
        guard try scanner.kind() == .object else {
            try scanner.skipValue()
            try scanner.end()
            return nil
        }
        try scanner.beginObject()
        var isFirst = true
        while let name = try scanner.nextName(isFirst: &isFirst) {
            try read(name, &scanner)
        }
        try scanner.end()
    }

    private mutating func read(
        _ name: String, _ scanner: inout JSONScanner
    ) throws(JSONScanner.Fault) {
        let kind = try scanner.kind()
        switch name {
        case _ where kind == .null: try scanner.skipValue()
        case "statusCode": try readStatus(kind, &scanner)
        case "headers": headers = try readFields(name, kind, &scanner, areLists: false)
        case "multiValueHeaders":
            multiValueHeaders = try readFields(name, kind, &scanner, areLists: true)
        case "cookies": cookies = try readTexts(name, kind, &scanner)
        case "body":
            bodyOffset = scanner.index
            body = try readBody(kind, &scanner)
        case "isBase64Encoded": try readFlag(kind, &scanner)
        default: try scanner.skipValue()
        }
    }

    private mutating func note(_ problem: AnswerProblem) {
        if self.problem == nil { self.problem = problem }
    }

    /// A whole number, or its digits as a string, as AWS takes it.
    private mutating func readStatus(
        _ kind: JSONScanner.Kind, _ scanner: inout JSONScanner
    ) throws(JSONScanner.Fault) {
        let start = scanner.index
        let text: [UInt8]
        if kind == .string {
            text = try scanner.readString()
        } else {
            try scanner.skipValue()
            text = Array(scanner.slice(from: start))
        }
        let number =
            kind == .number || kind == .string ? Int(String(decoding: text, as: UTF8.self)) : nil
        status = number ?? 0
        guard let number, 200...599 ~= number else {
            return note(
                AnswerProblem(
                    "statusCode", at: start, expected: "a whole number from 200 to 599",
                    found: kind == .number ? nil : kind))
        }
    }

    private mutating func readFlag(
        _ kind: JSONScanner.Kind, _ scanner: inout JSONScanner
    ) throws(JSONScanner.Fault) {
        let start = scanner.index
        isBase64Encoded = scanner.next == UInt8(ascii: "t")
        try scanner.skipValue()
        guard kind != .bool else { return }
        note(AnswerProblem("isBase64Encoded", at: start, expected: "true or false", found: kind))
    }

    private mutating func readBody(
        _ kind: JSONScanner.Kind, _ scanner: inout JSONScanner
    ) throws(JSONScanner.Fault) -> [UInt8] {
        guard kind != .string else { return try scanner.readString() }
        note(
            AnswerProblem(
                "body", at: scanner.index,
                expected: "a string (the function has to serialize what it holds)", found: kind))
        try scanner.skipValue()
        return []
    }
}

extension AnswerDocument {
    private mutating func readFields(
        _ place: String, _ kind: JSONScanner.Kind,
        _ scanner: inout JSONScanner, areLists: Bool
    ) throws(JSONScanner.Fault) -> [(String, String)] {
        guard kind == .object else {
            note(AnswerProblem(place, at: scanner.index, expected: "an object", found: kind))
            try scanner.skipValue()
            return []
        }
        var fields: [(String, String)] = []
        try scanner.beginObject()
        var isFirst = true
        while let name = try scanner.nextName(isFirst: &isFirst) {
            let kind = try scanner.kind()
            let here = HeaderSyntax.isName(name) ? "\(place)/\(name)" : place
            if here == place {
                note(AnswerProblem(place, at: scanner.index, expected: "a header's name before it"))
            }
            if areLists {
                for text in try readTexts(here, kind, &scanner) { fields.append((name, text)) }
            } else if let text = try readText(here, kind, &scanner) {
                fields.append((name, text))
            }
        }
        return fields
    }

    private mutating func readTexts(
        _ place: String, _ kind: JSONScanner.Kind, _ scanner: inout JSONScanner
    ) throws(JSONScanner.Fault) -> [String] {
        guard kind == .array else {
            note(
                AnswerProblem(
                    place, at: scanner.index, expected: "an array of strings", found: kind))
            try scanner.skipValue()
            return []
        }
        var texts: [String] = []
        try scanner.beginArray()
        var isFirst = true
        while try scanner.nextElement(isFirst: &isFirst) {
            let kind = try scanner.kind()
            if let text = try readText("\(place)/\(texts.count)", kind, &scanner) {
                texts.append(text)
            }
        }
        return texts
    }

    /// A string, or a number, `true` or `false` as its text; nil for `null`.
    private mutating func readText(
        _ place: String, _ kind: JSONScanner.Kind, _ scanner: inout JSONScanner
    ) throws(JSONScanner.Fault) -> String? {
        let start = scanner.index
        switch kind {
        case .string:
            let bytes = try scanner.readString()
            if !HeaderSyntax.isValue(bytes) {
                note(AnswerProblem(place, at: start, expected: "a text without control characters"))
            }
            return String(decoding: bytes, as: UTF8.self)
        case .number, .bool:
            try scanner.skipValue()
            return String(decoding: scanner.slice(from: start), as: UTF8.self)
        case .null, .object, .array:
            try scanner.skipValue()
            if kind != .null {
                note(AnswerProblem(place, at: start, expected: "a string", found: kind))
            }
            return nil
        }
    }
}
