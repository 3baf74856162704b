import StrictJSON
import Testing

@Suite("What the reader accepts")
struct AcceptedDocumentTests {
    /// Documents and the compact form they are read as.
    static let accepted: [(document: String, compact: String)] = [
        ("null", "null"), ("true", "true"), ("false", "false"),
        ("0", "0"), ("-0", "-0"), ("-0.0", "-0.0"), ("10", "10"), ("0.70", "0.70"),
        ("1e3", "1e3"), ("1E+3", "1E+3"), ("1.5e-10", "1.5e-10"),
        (
            "123456789012345678901234567890",
            "123456789012345678901234567890"
        ),
        ("\"\"", "\"\""), ("\"plain\"", "\"plain\""), (" \t\r\n1 \t\r\n", "1"),
        ("[]", "[]"), ("[ ]", "[]"), ("{}", "{}"), ("{ }", "{}"), ("[1,2 , 3]", "[1,2,3]"),
        ("[[],[[]]]", "[[],[[]]]"), ("{\"a\":{\"b\":[{}]}}", "{\"a\":{\"b\":[{}]}}"),
        ("{\"b\":1,\"a\":2}", "{\"b\":1,\"a\":2}"), ("{\"\":0}", "{\"\":0}"),
        (#""\"\\\/\b\f\n\r\t""#, #""\"\\/\b\f\n\r\t""#),
        (#""\u0041\u00e9\u20AC""#, "\"Aé€\""), (#""\uD83D\uDE00""#, "\"😀\""),
        (#""\u0000\u001f""#, #""\u0000\u001f""#), (#""\u007f""#, "\"\u{7F}\""),
        ("\"é€😀\"", "\"é€😀\""), (#""é\n😀x""#, #""é\n😀x""#),
        (#""\u2028\uFFFF\uFEFF""#, "\"\u{2028}\u{FFFF}\u{FEFF}\""),
        (#"{"\u0061":1,"A":2}"#, #"{"a":1,"A":2}"#),
        // Canonically equivalent, yet different names: e with acute accent, composed and not.
        ("{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"\u{E9}\":1,\"e\u{301}\":2}"),
    ]

    @Test("a valid document is read, and written back compactly", arguments: accepted)
    func reads(document: String, compact: String) throws {
        let value = try StrictJSON.parse(Array(document.utf8))
        #expect(value.serialized() == Array(compact.utf8))
    }

    @Test("the size limit is the last size accepted")
    func sizeLimit() throws {
        let document = Array("[1,2,3]".utf8)
        #expect(try StrictJSON.parse(document, limits: JSONLimits(bytesMax: 7)).array?.count == 3)
        #expect(throws: JSONReadError(code: .tooLarge, pointer: "", offset: 6)) {
            try StrictJSON.parse(document, limits: JSONLimits(bytesMax: 6))
        }
    }

    @Test("the depth limit is the last depth accepted, and has a ceiling")
    func depthLimit() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try StrictJSON.parse(nested(8))
        #expect(throws: JSONReadError(code: .tooDeep, pointer: "/0/0/0/0/0/0/0/0", offset: 8)) {
            try StrictJSON.parse(nested(9))
        }
        let unlimited = JSONLimits(bytesMax: 1 << 20, depthMax: .max)
        _ = try StrictJSON.parse(nested(JSONLimits.depthCeiling), limits: unlimited)
        #expect(throws: JSONReadError.self) {
            try StrictJSON.parse(nested(JSONLimits.depthCeiling + 1), limits: unlimited)
        }
        #expect(throws: JSONReadError(code: .tooDeep, pointer: "", offset: 0)) {
            try StrictJSON.parse(Array("{}".utf8), limits: JSONLimits(depthMax: 0))
        }
    }

    @Test("a number token may have 64 bytes, not 65")
    func numberLength() throws {
        let longest = String(repeating: "9", count: 64)
        #expect(try StrictJSON.parse(Array(longest.utf8)).number?.text == longest)
        #expect(throws: JSONReadError(code: .invalidNumber, pointer: "", offset: 0)) {
            try StrictJSON.parse(Array((longest + "9").utf8))
        }
    }

    @Test("accessors give the value of their own kind only")
    func accessors() throws {
        let value = try StrictJSON.parse(
            Array(#"{"s":"x","n":-12,"d":1.5,"b":true,"a":[null],"z":null}"#.utf8))
        #expect(value["s"]?.string == "x")
        #expect(value["s"]?.number == nil)
        #expect(value["n"]?.number?.integer == -12)
        #expect(value["d"]?.number?.integer == nil)
        #expect(value["d"]?.number?.text == "1.5")
        #expect(value["b"]?.bool == true)
        #expect(value["a"]?.array == [.null])
        #expect(value["z"]?.isNull == true)
        #expect(value["missing"] == nil)
        #expect(value.object?.map(\.name) == ["s", "n", "d", "b", "a", "z"])
        #expect(value["a"]?["s"] == nil)
    }

    @Test("a member is found by its exact bytes, not by canonical equivalence")
    func exactNames() throws {
        // U+212A KELVIN SIGN is canonically equivalent to the letter K.
        let value = try StrictJSON.parse(Array("{\"\u{212A}ey\":1,\"Key\":2}".utf8))
        #expect(value["Key"] == 2)
    }

    @Test(
        "the error of a number's initializer is nil",
        arguments: ["", "+1", "01", "1.", ".5", "1e", "NaN", "1 "])
    func numberInitializer(text: String) {
        #expect(JSONNumber(text: text) == nil)
    }
}
