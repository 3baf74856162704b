import Crypto
import Testing

@testable import Webhooks

/// When a failed delivery is tried again.
@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy.standard

    private static let waits: [(attempt: Int64, seconds: Int64)] = [
        (1, 5), (2, 300), (3, 1_800), (4, 7_200), (5, 18_000), (6, 36_000), (7, 50_400),
        (8, 72_000), (9, 86_400),
    ]

    @Test("Ten attempts over 75 h 35 min 5 s")
    func schedule() {
        #expect(policy.attemptsMax == 10)
        #expect(policy.delaysMs == Self.waits.map { $0.seconds * 1_000 })
        #expect(policy.delaysMs.reduce(0, +) == 272_105_000)
        #expect(policy.retryAfterMaxMs == 86_400_000)
    }

    @Test("A draw in the middle is the schedule itself", arguments: waits)
    func middle(attempt: Int64, seconds: Int64) {
        #expect(decide(attempt, [0x80, 0x00]) == .retry(afterMs: seconds * 1_000))
    }

    @Test("The lowest draw is 10 % early", arguments: waits)
    func lowest(attempt: Int64, seconds: Int64) {
        #expect(decide(attempt, [0x00, 0x00]) == .retry(afterMs: seconds * 900))
    }

    @Test("The highest draw is 10 % late, less one 32,768th of that", arguments: waits)
    func highest(attempt: Int64, seconds: Int64) {
        let spread: Int64 = seconds * 100 * 32_767 / 32_768
        let latest: Int64 = seconds * 1_000 + spread
        #expect(decide(attempt, [0xff, 0xff]) == .retry(afterMs: latest))
    }

    @Test("Both bytes of the draw count, the first for more")
    func drawOrder() {
        // 10 % of a day, times 255 and 32,640 of 32,768.
        #expect(decide(9, [0x80, 0xff]) == .retry(afterMs: 86_400_000 + 67_236))
        #expect(decide(9, [0xff, 0x80]) == .retry(afterMs: 86_400_000 + 8_606_250))
    }

    @Test("A thousand failures at one instant come back spread over all of the twenty per cent")
    func spread() {
        var waits: [Int64] = []
        for draw in 0..<1_000 {
            let value = UInt16(draw * 65_535 / 999)
            let decision = decide(2, [UInt8(value >> 8), UInt8(value & 0xff)])
            guard case .retry(let afterMs) = decision else { continue }
            waits.append(afterMs)
        }
        #expect(waits.count == 1_000)
        #expect(waits.min() == 270_000)
        #expect(waits.max() == 329_999)
        let buckets = Dictionary(grouping: waits) { $0 / 1_000 }
        #expect(buckets.count == 60)
        #expect(buckets.values.allSatisfy { $0.count <= 50 })
    }

    @Test(
        "No attempt but those that have a next one is tried again",
        arguments: [0, -1, 10, 11, .min, .max] as [Int64])
    func deadLetter(attempt: Int64) {
        #expect(decide(attempt, [0x80, 0x00]) == .deadLetter)
        #expect(decide(attempt, [0x80, 0x00], retryAfterMs: 60_000) == .deadLetter)
    }

    @Test("Retry-After lengthens a wait")
    func lengthens() {
        #expect(decide(1, [0x80, 0x00], retryAfterMs: 5_001) == .retry(afterMs: 5_001))
        #expect(decide(1, [0xff, 0xff], retryAfterMs: 120_000) == .retry(afterMs: 120_000))
        #expect(decide(9, [0x00, 0x00], retryAfterMs: 77_760_001) == .retry(afterMs: 77_760_001))
    }

    @Test(
        "Retry-After never shortens a wait",
        arguments: [.min, -5_000, 0, 1, 4_999, 5_000] as [Int64])
    func neverShortens(retryAfterMs: Int64) {
        #expect(decide(1, [0x80, 0x00], retryAfterMs: retryAfterMs) == .retry(afterMs: 5_000))
    }

    @Test(
        "Retry-After is capped at a day",
        arguments: [86_400_000, 86_400_001, 1_000_000_000_000, .max] as [Int64])
    func capped(retryAfterMs: Int64) {
        for attempt in [1, 5] as [Int64] {
            #expect(
                decide(attempt, [0x80, 0x00], retryAfterMs: retryAfterMs)
                    == .retry(afterMs: 86_400_000))
        }
        // The schedule's own wait may be longer than the cap.
        #expect(
            decide(9, [0xff, 0xff], retryAfterMs: retryAfterMs) == .retry(afterMs: 95_039_736))
    }

    private func decide(
        _ attempt: Int64, _ draw: [UInt8], retryAfterMs: Int64? = nil
    ) -> RetryPolicy.Decision {
        policy.decide(
            afterAttempt: attempt, retryAfterMs: retryAfterMs,
            random: RandomSource { count in
                #expect(count == 2)
                return draw
            })
    }
}
