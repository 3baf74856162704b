package import Crypto
import Locking

extension RandomSource {
    /// Bytes that are the same in every run (SplitMix64), and differ from call to call.
    package static func seeded(_ seed: UInt64 = 1) -> RandomSource {
        let generator = Generator(seed)
        return RandomSource { count in (0..<count).map { _ in generator.next() } }
    }

    private final class Generator: Sendable {
        private let state: Locked<UInt64>

        init(_ seed: UInt64) {
            state = Locked(seed)
        }

        func next() -> UInt8 {
            state.withLock { state in
                state &+= 0x9E37_79B9_7F4A_7C15
                var mixed = state
                mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
                mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
                return UInt8(truncatingIfNeeded: mixed ^ (mixed >> 31))
            }
        }
    }
}
