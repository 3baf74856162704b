import Crypto
import Locking
import Records
import Testing

@Suite struct IdentifierSourceTests {
    private func source(
        ms: Int64, random: RandomSource = .system
    ) -> IdentifierSource {
        IdentifierSource(clock: WallClock { ms }, random: random)
    }

    @Test("The prefix, then 26 digits of Crockford's base 32 in lower case")
    func form() {
        for _ in 0..<100 {
            let identifier = source(ms: 1_767_225_600_000).make("evt_")
            #expect(identifier.hasPrefix("evt_"))
            #expect(identifier.utf8.count == 30)
            let digits = identifier.dropFirst(4)
            #expect(digits.allSatisfy { "0123456789abcdefghjkmnpqrstvwxyz".contains($0) })
        }
    }

    // The layout's own example (ULID specification): 01ARYZ6S41 is 1,469,918,176,385.
    @Test("Time and random bits stand where the layout has them")
    func layout() {
        let ones = RandomSource { Array(repeating: 0xff, count: $0) }
        let zeros = RandomSource { Array(repeating: 0, count: $0) }
        let time: Int64 = 1_469_918_176_385
        #expect(source(ms: time, random: zeros).make("") == "01aryz6s41" + "0000000000000000")
        #expect(source(ms: time, random: ones).make("") == "01aryz6s41" + "zzzzzzzzzzzzzzzz")
        let counting = RandomSource { (0..<$0).map { UInt8($0 + 1) } }
        // base 32 of 01 02 03 ... 0a: 00000 00100 00001 00000 00110 00001 00000 00101 | 00000 ...
        #expect(source(ms: 0, random: counting).make("") == "0000000000" + "041061050r3gg28a")
        #expect(source(ms: -5, random: zeros).make("x_") == "x_00000000000000000000000000")
    }

    @Test("Identifiers sort by the time they were made, whatever their random bits")
    func order() {
        let ones = RandomSource { Array(repeating: 0xff, count: $0) }
        let zeros = RandomSource { Array(repeating: 0, count: $0) }
        for bit in 0..<47 {
            let time = Int64(1) << bit
            #expect(
                source(ms: time - 1, random: ones).make("e_")
                    < source(ms: time, random: zeros).make("e_"))
        }
    }

    @Test("One identifier takes ten random bytes, and each of their bits counts")
    func randomness() {
        let asked = Locked<[Int]>([])
        let recording = RandomSource { count in
            asked.withLock { $0.append(count) }
            return Array(repeating: 0, count: count)
        }
        let base = source(ms: 1, random: recording).make("")
        #expect(asked.withLock(\.self) == [10])
        var seen: Set<String> = [base]
        for bit in 0..<80 {
            let flipped = RandomSource { count in
                var bytes = [UInt8](repeating: 0, count: count)
                bytes[bit / 8] = 1 << UInt8(bit % 8)
                return bytes
            }
            seen.insert(source(ms: 1, random: flipped).make(""))
        }
        #expect(seen.count == 81)
        let same = source(ms: 1)
        #expect(Set((0..<1_000).map { _ in same.make("") }).count == 1_000)
    }
}
