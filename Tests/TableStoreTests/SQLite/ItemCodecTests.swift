import Testing

@testable import TableStore

@Suite("The stored form of an item")
struct ItemCodecTests {
    @Test("2,000 random items come back as they were")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let item = generator.item()
            #expect(try ItemCodec.decode(ItemCodec.encode(item)) == item)
        }
    }

    @Test("The form of version 1 does not change")
    func stableForm() throws {
        let item: Item = ["a": ["x", -1, .null, true, false, .binary([9]), ["k": 300]]]
        let bytes: [UInt8] = [
            1, 1, 1, 0x61, 6, 7, 4, 1, 0x78, 3, 1, 0, 2, 1, 5, 1, 9, 7, 1, 1, 0x6B, 3, 0xD8, 4,
        ]
        #expect(ItemCodec.encode(item) == bytes)
        #expect(try ItemCodec.decode(bytes) == item)
    }

    @Test("An item that ends too early is corrupt")
    func truncation() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<50 {
            let bytes = ItemCodec.encode(generator.item())
            for count in bytes.indices {
                #expect(throws: TableStoreError.corrupt) {
                    try ItemCodec.decode(Array(bytes.prefix(count)))
                }
            }
        }
    }

    @Test("20,000 damaged items are read as an item or called corrupt, never worse")
    func damage() {
        var generator = SeededGenerator(seed: 3)
        var corrupt = 0
        for _ in 0..<20_000 {
            var bytes = ItemCodec.encode(generator.item())
            for _ in 0...Int.random(in: 0...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            }
            do {
                _ = try ItemCodec.decode(bytes)
            } catch {
                #expect(error == .corrupt)
                corrupt += 1
            }
        }
        #expect(corrupt > 10_000)
    }

    @Test(
        "What encoding cannot have written is corrupt",
        arguments: [
            [], [0, 0], [2, 0], [1, 0, 0],
            [1, 1, 1, 0x61, 8], [1, 2, 1, 0x61, 0, 1, 0x61, 0], [1, 1, 1, 0xFF, 0],
            [1, 1, 1, 0x61, 4, 2, 0xC3, 0x28], [1, 1, 1, 0x61, 4, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
            [1, 1, 1, 0x61, 3] + [UInt8](repeating: 0xFF, count: 9) + [2],
            [1, 1, 1, 0x61, 3] + [UInt8](repeating: 0xFF, count: 10) + [1],
            [1, 1, 1, 0x61] + [UInt8](repeating: 6, count: 1) + [0xFF, 0xFF, 3],
            [1, 1, 1, 0x61] + Array(repeating: [6, 1] as [UInt8], count: 40).joined() + [0],
        ] as [[UInt8]])
    func refused(_ bytes: [UInt8]) {
        #expect(throws: TableStoreError.corrupt) { try ItemCodec.decode(bytes) }
    }
}
