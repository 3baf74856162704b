import Crypto
import Testing

@Suite("Secret bytes")
struct SecretBytesTests {
    @Test("the constant-time comparison agrees with equality")
    func comparison() {
        #expect(constantTimeEqual([], []))
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([0, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2], [1, 2, 3]))
    }

    @Test("a random source gives as many bytes as asked, and a known one gives known ones")
    func randomness() {
        #expect(RandomSource.system.bytes(0) == [])
        #expect(RandomSource.system.bytes(32).count == 32)
        #expect(RandomSource.system.bytes(32) != RandomSource.system.bytes(32))
        let known = RandomSource { [UInt8](repeating: 7, count: $0) }
        #expect(known.bytes(3) == [7, 7, 7])
    }
}
