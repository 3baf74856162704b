import StrictJSON
import Testing

/// Strings are read and written eight bytes at a time: each byte is tried at each place of a word,
/// beside what the grammar says of it alone.
@Suite("Strings, across the words they are handled in")
struct WordBoundaryTests {
    /// Characters, two of which differ from special ones in one bit, to fool a lazy test.
    private static let fillers = ["a", "#", "]"]

    @Test("a character is written as its escape or as itself, wherever it stands")
    func writing() {
        for filler in Self.fillers {
            for length in 0..<18 {
                for place in 0...length {
                    for code in 0..<UInt8(128) {
                        let character = Character(Unicode.Scalar(code))
                        var text = Array(repeating: Character(filler), count: length)
                        text.insert(character, at: place)
                        var expected = text.map(String.init)
                        expected[place] = Self.escape(code) ?? String(character)
                        var writer = JSONWriter()
                        writer.string(String(text))
                        guard writer.bytes == Array("\"\(expected.joined())\"".utf8) else {
                            Issue.record("\(code) at \(place) of \(length)")
                            return
                        }
                    }
                }
            }
        }
    }

    @Test("a long text is whole, wherever its pieces meet")
    func pieces() throws {
        for length in 1000..<1050 {
            let text = String(repeating: "a", count: length) + "\"\u{1}é\n" + text(length)
            let value = JSONValue.string(text + text)
            #expect(try StrictJSON.parse(value.serialized()) == value)
        }
    }

    private func text(_ count: Int) -> String { String(repeating: "\\", count: count) }

    @Test("a byte ends, breaks or belongs to the string that is read, wherever it stands")
    func reading() {
        for filler in Self.fillers {
            for length in 0..<18 {
                for place in 0...length {
                    for byte in UInt8.min...UInt8.max {
                        var document = Array(repeating: Array(filler.utf8)[0], count: length)
                        document.insert(byte, at: place)
                        let text = String(decoding: document, as: UTF8.self)
                        let read = try? StrictJSON.parse([0x22] + document + [0x22])
                        // Alone, none of these stands for itself: what a control character, a
                        // quote, a backslash or a byte beyond ASCII makes is no document.
                        let isPlain =
                            byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5C
                        guard read == (isPlain ? .string(text) : nil) else {
                            Issue.record("\(byte) at \(place) of \(length)")
                            return
                        }
                    }
                }
            }
        }
    }

    @Test("a name is found by its bytes, spelled out or not")
    func members() {
        let value: JSONValue = ["": 0, "a": 1, "e\u{301}": 2, "a name beyond fifteen bytes": 3]
        #expect(value.member("") == 0)
        #expect(value.member("a") == 1)
        #expect(value.member("e\u{301}") == 2)
        #expect(value.member("\u{e9}") == nil)
        #expect(value.member("a name beyond fifteen bytes") == 3)
        #expect(value.member("a name beyond fifteen bytez") == nil)
        #expect(value["\u{e9}"] == nil)
        #expect(value["e\u{301}"] == 2)
        #expect(JSONValue.null.member("a") == nil)
    }

    private static func escape(_ code: UInt8) -> String? {
        switch code {
        case 0x22: "\\\""
        case 0x5C: "\\\\"
        case 0x08: "\\b"
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0C: "\\f"
        case 0x0D: "\\r"
        case 0..<0x10: "\\u000" + String(code, radix: 16)
        case 0..<0x20: "\\u00" + String(code, radix: 16)
        default: nil
        }
    }
}
