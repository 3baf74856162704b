package import Crypto

/// When a delivery that failed is tried again: a value that decides, and knows no clock.
///
/// The schedule is that of Standard Webhooks: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h,
/// 10 h, 14 h, 20 h and 24 h: 10 attempts over 75 h 35 min; each wait is spread by up to 10 %
/// either way, so that many failures at one instant do not come back as one.
package struct RetryPolicy: Sendable {
    /// What to do after an attempt has failed.
    package enum Decision: Sendable, Hashable {
        /// Try again after this many milliseconds.
        case retry(afterMs: Int64)
        /// The attempts are used up: keep it as a dead letter.
        case deadLetter
    }

    /// The wait before each attempt after the first, in milliseconds.
    package let delaysMs: [Int64]
    /// The longest wait that a receiver may ask for, in milliseconds.
    package let retryAfterMaxMs: Int64

    /// The published schedule.
    package static let standard = RetryPolicy(
        delaysMs: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map { $0 * 1_000 },
        retryAfterMaxMs: 86_400_000)

    /// The number of attempts before a delivery is dead.
    package var attemptsMax: Int64 { Int64(delaysMs.count) + 1 }

    /// Decides what follows a failed attempt.
    ///
    /// - Parameters:
    ///   - attempt: the attempt that failed, from 1.
    ///   - retryAfterMs: what the receiver asked for; it can lengthen a wait, never shorten it.
    ///   - random: spreads the wait.
    package func decide(
        afterAttempt attempt: Int64, retryAfterMs: Int64?, random: RandomSource
    ) -> Decision {
        guard attempt >= 1, attempt <= delaysMs.count else { return .deadLetter }
        let base = delaysMs[Int(attempt) - 1]
        let draw = random.bytes(2).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let spread = base * (draw - 32_768) / 327_680
        let asked = min(retryAfterMs ?? 0, retryAfterMaxMs)
        return .retry(afterMs: max(base + spread, asked))
    }
}
