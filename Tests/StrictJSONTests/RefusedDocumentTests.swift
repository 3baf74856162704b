import StrictJSON
import Testing

@Suite("What the reader refuses")
struct RefusedDocumentTests {
    typealias Refusal = (document: String, code: JSONReadError.Code, pointer: String, offset: Int)

    static let syntax: [Refusal] = [
        ("", .empty, "", 0), ("  \n", .empty, "", 3), ("\u{FEFF}1", .invalidSyntax, "", 0),
        ("nul", .invalidSyntax, "", 0), ("nulL", .invalidSyntax, "", 3),
        ("True", .invalidSyntax, "", 0),
        ("NaN", .invalidSyntax, "", 0), ("Infinity", .invalidSyntax, "", 0),
        ("-Infinity", .invalidNumber, "", 0),
        ("'a'", .invalidSyntax, "", 0), ("a", .invalidSyntax, "", 0),
        ("// c\n1", .invalidSyntax, "", 0),
        ("/* c */1", .invalidSyntax, "", 0), ("1 // c", .trailingData, "", 2),
        ("1 2", .trailingData, "", 2),
        ("[1]]", .trailingData, "", 3), ("{}{}", .trailingData, "", 2),
        ("1\u{0}", .trailingData, "", 1),
        ("[1,]", .invalidSyntax, "/1", 3), ("[,1]", .invalidSyntax, "/0", 1),
        ("[1 2]", .invalidSyntax, "", 3),
        ("[", .invalidSyntax, "", 1), ("[1", .invalidSyntax, "", 2), ("]", .invalidSyntax, "", 0),
        ("[1}", .invalidSyntax, "", 2), ("{", .invalidSyntax, "", 1),
        ("{\"a\":1,}", .invalidSyntax, "", 7),
        ("{a:1}", .invalidSyntax, "", 1), ("{1:1}", .invalidSyntax, "", 1),
        ("{\"a\" 1}", .invalidSyntax, "", 5),
        ("{\"a\":}", .invalidSyntax, "/a", 5), ("{\"a\"}", .invalidSyntax, "", 4),
        ("{\"a\":1", .invalidSyntax, "", 6),
        ("{\"a\"", .invalidSyntax, "", 4), ("{,}", .invalidSyntax, "", 1),
        ("\u{A0}1", .invalidSyntax, "", 0),
        ("\u{C}1", .invalidSyntax, "", 0), ("{\"a\":[0,{\"b\":x}]}", .invalidSyntax, "/a/1/b", 13),
        ("{\"a/b~\":x}", .invalidSyntax, "/a~1b~0", 8),
    ]

    static let numbers: [Refusal] = [
        ("01", .invalidNumber, "", 0), ("-01", .invalidNumber, "", 0),
        ("00", .invalidNumber, "", 0),
        ("-", .invalidNumber, "", 0), ("--1", .invalidNumber, "", 0), ("+1", .invalidSyntax, "", 0),
        (".5", .invalidSyntax, "", 0), ("1.", .invalidNumber, "", 0),
        ("1.e3", .invalidNumber, "", 0),
        ("1e", .invalidNumber, "", 0), ("1e+", .invalidNumber, "", 0),
        ("1.5.2", .trailingData, "", 3),
        ("0x1F", .trailingData, "", 1), ("1_000", .trailingData, "", 1),
        ("[-a]", .invalidNumber, "/0", 1),
        ("１", .invalidSyntax, "", 0),
    ]

    static let strings: [Refusal] = [
        ("\"", .invalidSyntax, "", 1), ("\"a", .invalidSyntax, "", 2),
        ("\"a\\\"", .invalidSyntax, "", 4),
        ("\"\u{1}\"", .invalidSyntax, "", 1), ("\"a\nb\"", .invalidSyntax, "", 2),
        ("\"\\x41\"", .invalidSyntax, "", 1),
        ("\"\\u12\"", .invalidSyntax, "", 1), ("\"\\u12G4\"", .invalidSyntax, "", 5),
        ("\"\\", .invalidSyntax, "", 1),
        (#""\ud800""#, .invalidUTF8, "", 1), (#""\udc00""#, .invalidUTF8, "", 1),
        (#""\ud800\ud800""#, .invalidUTF8, "", 1), (#""\ud800x""#, .invalidUTF8, "", 1),
        (#""\ud800\n""#, .invalidUTF8, "", 1), (#"["ok","\udbff\u0041"]"#, .invalidUTF8, "/1", 7),
    ]

    static let duplicates: [Refusal] = [
        (#"{"a":1,"a":2}"#, .duplicateName, "/a", 7),
        (#"{"a":1,"\u0061":1}"#, .duplicateName, "/a", 7),
        (#"{"x":{"b":1,"c":2,"b":3}}"#, .duplicateName, "/x/b", 18),
        (#"{"":1,"":1}"#, .duplicateName, "/", 6),
    ]

    @Test(
        "an invalid document is refused with its code, pointer and offset",
        arguments: syntax + numbers + strings + duplicates)
    func refuses(document: String, code: JSONReadError.Code, pointer: String, offset: Int) {
        #expect(throws: JSONReadError(code: code, pointer: pointer, offset: offset)) {
            try StrictJSON.parse(Array(document.utf8))
        }
    }

    static let invalidUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80],
        [0xE0, 0x9F, 0xBF],
        [0xE2, 0x82], [0xE2, 0x82, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
        [0xF0, 0x80, 0x80, 0x80],
        [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
        [0xF5, 0x80, 0x80, 0x80],
        [0xFE], [0xFF], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ]

    @Test("bytes that are not UTF-8 are refused where they stand", arguments: invalidUTF8)
    func refusesInvalidUTF8(sequence: [UInt8]) {
        let document = Array("[\"ab".utf8) + sequence + Array("\"]".utf8)
        #expect(throws: JSONReadError(code: .invalidUTF8, pointer: "/0", offset: 4)) {
            try StrictJSON.parse(document)
        }
        let cut = Array("\"".utf8) + sequence
        #expect(throws: JSONReadError.self) { try StrictJSON.parse(cut) }
    }

    @Test(
        "a duplicate is refused wherever it stands in a large object",
        arguments: [0, 15, 16, 17, 39])
    func duplicateInLargeObject(position: Int) {
        var names = (0..<40).map { "n\($0)" }
        names.append("n\(position)")
        let document = "{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        #expect(throws: JSONReadError.self) { try StrictJSON.parse(Array(document.utf8)) }
        let distinct = "{" + names.dropLast().map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        #expect(throws: Never.self) { try StrictJSON.parse(Array(distinct.utf8)) }
    }

    @Test("an error never repeats a value, and its pointer ends before an overlong name")
    func nothingEchoed() throws {
        let error = try #require(throws: JSONReadError.self) {
            try StrictJSON.parse(Array(#"{"card":"4111111111111111\q"}"#.utf8))
        }
        #expect(error.pointer == "/card")
        #expect(!"\(error)".contains("4111"))
        let long = String(repeating: "n", count: 65)
        #expect(throws: JSONReadError(code: .invalidSyntax, pointer: "/a", offset: 77)) {
            try StrictJSON.parse(Array("{\"a\":{\"\(long)\":[1,x]}}".utf8))
        }
    }
}
