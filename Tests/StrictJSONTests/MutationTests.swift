import StrictJSON
import Testing

/// A small deterministic generator (SplitMix64), so that a failure can be run again.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Mutated documents")
struct MutationTests {
    static let seeds = [
        #"{"delay":0.70,"weather":-1.5e+3,"geo":[true,false,null],"text":"a\u00e9\ud83d\ude00\n"}"#,
        #"[[[],{}],{"a":{"b":{"c":[0,1,2,"é€😀"]}}},"",-0,12345678901234567890]"#,
        #"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"#
            + #""j":0,"k":1,"l":2,"m":3,"n":4,"o":5,"p":6,"q":7,"r":8}"#,
    ]

    @Test("a mutated document never traps the reader, and what is accepted survives a round trip")
    func mutations() throws {
        var generator = SplitMix64(state: 20_261_120)
        let pieces =
            Array("{}[]\",:\\u0dD8eE+-. \u{0}9a\u{7F}".utf8) + [0x80, 0xC3, 0xED, 0xF0, 0xFF]
        var accepted = 0
        for round in 0..<20_000 {
            var document = Array(Self.seeds[round % Self.seeds.count].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                mutate(&document, pieces, &generator)
            }
            guard let value = try? StrictJSON.parse(document) else { continue }
            accepted += 1
            #expect(try StrictJSON.parse(value.serialized()) == value)
            let canonical = value.canonical()
            #expect(try StrictJSON.parse(canonical).canonical() == canonical)
        }
        // A reader that refused everything would pass the properties above.
        #expect(accepted > 1_000)
        #expect(accepted < 19_000)
    }

    private func mutate(
        _ document: inout [UInt8], _ pieces: [UInt8], _ generator: inout SplitMix64
    ) {
        let place = Int.random(in: 0..<max(1, document.count), using: &generator)
        guard place < document.count else { return }
        let piece = pieces[Int.random(in: 0..<pieces.count, using: &generator)]
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: document[place] = piece
        case 1: document.insert(piece, at: place)
        case 2: document.remove(at: place)
        case 3: document.removeSubrange(place...)
        default: document[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
    }
}
