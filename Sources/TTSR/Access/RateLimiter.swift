package import Records
package import TableStore

/// Counts requests in fixed windows of a minute, one row for each thing that is limited.
package struct RateLimiter: Sendable {
    private let clock: WallClock

    /// Makes a limiter.
    package init(clock: WallClock) {
        self.clock = clock
    }

    /// Counts one request.
    ///
    /// - Parameters:
    ///   - name: what is limited, such as `client/default/demo-app`.
    ///   - limit: requests a window.
    /// - Returns: where the window stands now.
    package func count(
        _ name: String, limit: Int64, in store: any TableStore
    ) async throws(TableStoreError) -> RateLimitState {
        let nowSeconds = clock.nowMs() / 1_000
        let window = nowSeconds / Self.windowSeconds
        // The next window counts as well: one request may read the clock just before a window ends
        // and count just after another has begun the next, which must not begin anew then.
        let live: AttributeValue = .number(window)
        let next: AttributeValue = .number(window + 1)
        let isLive = Condition.any([.equals("window", live), .equals("window", next)])
        let key: TableKey = ["counter": .string(name)]
        let table = ServiceTables.counters.name
        while true {
            do {
                let item = try await store.update(
                    key, in: table, [.add("count", 1)], condition: isLive)
                let end = ((item["window"]?.number ?? window) + 1) * Self.windowSeconds
                return RateLimitState(
                    limit: limit, count: item["count"]?.number ?? 1,
                    resetSeconds: end - nowSeconds)
            } catch .conditionFailed {
                // The row is of another window, or there is none: begin this one.
            }
            do {
                try await store.update(
                    key, in: table,
                    [
                        .set("window", live), .set("count", 1),
                        .set("expires_at", .number(nowSeconds + 2 * Self.windowSeconds)),
                    ],
                    condition: .not(isLive))
                return RateLimitState(
                    limit: limit, count: 1,
                    resetSeconds: (window + 1) * Self.windowSeconds - nowSeconds)
            } catch .conditionFailed {
                // Another request has begun it meanwhile: count in it.
            }
        }
    }

    static let windowSeconds: Int64 = 60
}

/// Where a window stands, and the fields that say so (draft-ietf-httpapi-ratelimit-headers).
package struct RateLimitState: Sendable, Hashable {
    /// Requests a window.
    package let limit: Int64
    /// Requests in this window, this one counted.
    package let count: Int64
    /// Seconds until the window ends.
    package let resetSeconds: Int64

    package init(limit: Int64, count: Int64, resetSeconds: Int64) {
        self.limit = limit
        self.count = count
        self.resetSeconds = resetSeconds
    }

    /// Whether this request is one too many.
    package var isExceeded: Bool { count > limit }

    /// `RateLimit-Policy` and `RateLimit`.
    package var fields: [String: String] {
        [
            "RateLimit-Policy": "\"default\";q=\(limit);w=\(RateLimiter.windowSeconds)",
            "RateLimit": "\"default\";r=\(max(0, limit - count));t=\(resetSeconds)",
        ]
    }
}
