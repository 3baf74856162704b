import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("JSON as AWS's readers take it")
struct JSONScannerTests {
    @Test(
        "takes JSON, a name twice and any depth",
        arguments: [
            "{}", "[]", " null ", "true", "false", "-0", "1.5e+10", "2E-3", #""""#,
            #"{"a":1,"a":{"b":[1,[],{}, "x"]}}"#, #"["\u00e4\ud83d\ude00\n\/","ü😀"]"#,
            #""\ud800""#, String(repeating: "9", count: 500),
            String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000),
        ])
    func takes(text: String) throws {
        try JSONScanner.check(Array(text.utf8))
    }

    @Test(
        "says which byte cannot stand where it stands",
        arguments: [
            ("", 0), ("x", 0), ("{", 1), ("{1", 1), (#"{"a""#, 4), (#"{"a":}"#, 5), ("[1,]", 3),
            (#"{"a":1,}"#, 7), ("[1 2]", 3), ("1 2", 2), ("01", 1), ("-", 1), ("1.", 2), ("1e", 2),
            ("tru", 3), ("nul1", 3), (#""a"#, 2), (#""\x""#, 2), (#""\u12g4""#, 5), ("[}", 1),
            ("\"\n\"", 1), ("+1", 0), (".5", 0), ("{}}", 2),
        ])
    func faults(text: String, offset: Int) {
        let fault = #expect(throws: JSONScanner.Fault.self) {
            try JSONScanner.check(Array(text.utf8))
        }
        #expect(fault?.offset == offset)
    }

    @Test(
        "a string must be UTF-8",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xE2, 0x82, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
        ] as [[UInt8]])
    func refusesBadText(bytes: [UInt8]) {
        #expect(throws: JSONScanner.Fault.self) { try JSONScanner.check(bytes) }
    }

    @Test("reads names, strings and places")
    func reads() throws {
        let text = #" {"a\u0062" : "x\u00e4\n\ud83d\ude00\ud83d", "c":[1]}"#
        var scanner = JSONScanner(Array(text.utf8))
        #expect(try scanner.kind() == .object)
        try scanner.beginObject()
        var isFirst = true
        #expect(try scanner.nextName(isFirst: &isFirst) == "ab")
        #expect(try scanner.kind() == .string)
        #expect(String(decoding: try scanner.readString(), as: UTF8.self) == "xä\n😀\u{FFFD}")
        #expect(try scanner.nextName(isFirst: &isFirst) == "c")
        let start = scanner.index
        #expect(try scanner.kind() == .array)
        try scanner.skipValue()
        #expect(String(decoding: scanner.slice(from: start), as: UTF8.self) == "[1]")
        #expect(try scanner.nextName(isFirst: &isFirst) == nil)
        try scanner.end()
    }

    @Test("takes what the strict reader takes: seeded mutations of a document")
    func agreesWithStrictReader() throws {
        let document = Array(#"{"a":[1,-2.5e3,true,null,"x\u00e4\\"],"b":{"c":"ü","d":{}}}"#.utf8)
        var random = SplitMix(state: 7)
        var taken = 0
        for _ in 0..<20_000 {
            var mutated = document
            for _ in 0...(random.next() % 2) {
                mutated[Int(random.next() % UInt64(mutated.count))] = UInt8(
                    truncatingIfNeeded: random.next())
            }
            let strict = Result { try StrictJSON.parse(mutated) }
            let isTaken = (try? JSONScanner.check(mutated)) != nil
            switch strict {
            case .success:
                taken += 1
                #expect(isTaken)
            case .failure(let error as JSONReadError) where isTaken:
                // Taken here alone: half a surrogate pair, or a name twice.
                #expect(error.code == .duplicateName || error.code == .invalidUTF8)
            case .failure: break
            }
        }
        #expect(taken > 500)
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
