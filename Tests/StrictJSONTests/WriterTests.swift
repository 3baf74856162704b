import StrictJSON
import Testing

@Suite("The writer")
struct WriterTests {
    @Test("the streaming writer sets commas between members and elements only")
    func commas() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("s", "a\"b\\\n\u{1}é")
        writer.member("i", Int64.min)
        writer.member("t", true)
        writer.member("v", ["x": [], "y": nil] as JSONValue)
        writer.name("a")
        writer.beginArray()
        writer.number(0)
        writer.number(Int64.max)
        writer.rawNumber("0.50")
        writer.rawValue(#"{"raw":[]}"#)
        writer.bool(false)
        writer.null()
        writer.beginObject()
        writer.endObject()
        writer.string("")
        writer.value([1, "z"])
        writer.endArray()
        writer.endObject()
        let expected =
            #"{"s":"a\"b\\\n\u0001é","i":-9223372036854775808,"t":true,"v":{"x":[],"y":null},"#
            + #""a":[0,9223372036854775807,0.50,{"raw":[]},false,null,{},"",[1,"z"]]}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test("every ASCII character survives writing and reading")
    func asciiRoundTrip() throws {
        let text = String(String.UnicodeScalarView((0..<128).compactMap { Unicode.Scalar($0) }))
        let value = JSONValue.string(text)
        #expect(try StrictJSON.parse(value.serialized()) == value)
    }

    @Test("a text of any length is escaped whole", arguments: [1, 511, 512, 513, 2_000])
    func longTexts(count: Int) throws {
        let text = String(repeating: "a\u{1}\"é\n", count: count)
        #expect(try StrictJSON.parse(JSONValue.string(text).serialized()).string == text)
    }

    @Test("bytes are written as a string if they are one, a line for each")
    func bytes() {
        var writer = JSONWriter()
        let isText = writer.string(validating: Array("é\"".utf8))
        writer.endLine()
        let isOther = writer.string(validating: [0x61, 0xFF])
        #expect(isText && !isOther)
        writer.number(1)
        writer.endLine()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"é\\\"\"\n1\n")
        writer.removeAll()
        writer.null()
        #expect(writer.bytes == Array("null".utf8))
    }

    @Test(
        "canonical member order is that of the example in RFC 8785 section 3.2.3"
    )
    func canonicalOrder() throws {
        let document =
            #"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#
        let value = try StrictJSON.parse(Array(document.utf8))
        let expected = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{FB33}\":3}"
        #expect(String(decoding: value.canonical(), as: UTF8.self) == expected)
    }

    @Test("canonical form sorts at every level and keeps arrays and number tokens")
    func canonicalNesting() {
        let value: JSONValue = ["b": [["d": 1, "c": 2]], "a": ["z": nil, "y": true]]
        let expected = #"{"a":{"y":true,"z":null},"b":[{"c":2,"d":1}]}"#
        #expect(value.canonical() == Array(expected.utf8))
        #expect(value.serialized() == Array(#"{"b":[{"d":1,"c":2}],"a":{"z":null,"y":true}}"#.utf8))
    }
}
