import TestSupport
import TTSR
import TableStore
import Testing

@Suite("Rate limits")
struct RateLimiterTests {
    @Test("The request after the last of a window is one too many; the next window begins anew")
    func windows() async throws {
        let test = try TestService()
        let limiter = RateLimiter(clock: test.clock.clock)
        for count in 1...3 {
            let state = try await limiter.count("a", limit: 3, in: test.store)
            #expect(state == RateLimitState(limit: 3, count: Int64(count), resetSeconds: 60))
            #expect(!state.isExceeded)
        }
        test.clock.advance(ms: 59_999)
        let last = try await limiter.count("a", limit: 3, in: test.store)
        #expect(last == RateLimitState(limit: 3, count: 4, resetSeconds: 1))
        #expect(last.isExceeded)
        test.clock.advance(ms: 1)
        let next = try await limiter.count("a", limit: 3, in: test.store)
        #expect(next == RateLimitState(limit: 3, count: 1, resetSeconds: 60))
    }

    @Test("What is limited is counted apart")
    func apart() async throws {
        let test = try TestService()
        let limiter = RateLimiter(clock: test.clock.clock)
        _ = try await limiter.count("a", limit: 1, in: test.store)
        #expect(try await limiter.count("b", limit: 1, in: test.store).count == 1)
        #expect(try await limiter.count("a", limit: 1, in: test.store).count == 2)
    }

    @Test("Parallel counts over two instances are exact")
    func race() async throws {
        let first = try TestService()
        let second = try TestService(clock: first.clock, folder: first.folder)
        let limiter = RateLimiter(clock: first.clock.clock)
        let counts = try await withThrowingTaskGroup(of: Int64.self) { group in
            for index in 0..<20 {
                let store = index.isMultiple(of: 2) ? first.store : second.store
                group.addTask { try await limiter.count("a", limit: 10, in: store).count }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.sorted() == Array(1...20))
    }

    @Test("A request that read the clock before the window changed counts in the new one")
    func lateRequest() async throws {
        let early = TestClock()
        let test = try TestService()
        test.clock.advance(seconds: 60)
        early.advance(seconds: 59)
        let limiter = RateLimiter(clock: test.clock.clock)
        for _ in 0..<3 { _ = try await limiter.count("a", limit: 3, in: test.store) }
        let late = try await RateLimiter(clock: early.clock).count("a", limit: 3, in: test.store)
        #expect(late == RateLimitState(limit: 3, count: 4, resetSeconds: 61))
        #expect(try await limiter.count("a", limit: 3, in: test.store).count == 5)
    }

    @Test("A clock that was set back by an hour begins a window of its own")
    func clockSetBack() async throws {
        let test = try TestService()
        let limiter = RateLimiter(clock: test.clock.clock)
        for _ in 0..<3 { _ = try await limiter.count("a", limit: 3, in: test.store) }
        test.clock.advance(seconds: -3_600)
        #expect(try await limiter.count("a", limit: 3, in: test.store).count == 1)
    }

    @Test("The fields never tell of less than nothing")
    func fields() {
        let fields = RateLimitState(limit: 5, count: 9, resetSeconds: 7).fields
        #expect(fields["RateLimit"] == "\"default\";r=0;t=7")
        #expect(fields["RateLimit-Policy"] == "\"default\";q=5;w=60")
    }
}
