import TTSR
import Testing

@Suite("Idempotency keys")
struct IdempotencyKeyTests {
    private let longest = String(repeating: "k", count: 255)

    @Test("A key has 1 to 255 visible characters; one pair of quotes is not part of it")
    func accepted() {
        #expect(IdempotencyKey(field: "k")?.text == "k")
        #expect(IdempotencyKey(field: longest)?.text == longest)
        #expect(IdempotencyKey(field: "\"6f9c\"") == IdempotencyKey(field: "6f9c"))
        #expect(IdempotencyKey(field: "\"\(longest)\"")?.text == longest)
        #expect(IdempotencyKey(field: "\"\"k\"\"")?.text == "\"k\"")
        #expect(IdempotencyKey(field: "\"")?.text == "\"")
        #expect(IdempotencyKey(field: "!~")?.text == "!~")
    }

    @Test("An empty, long, spaced, listed or unprintable key is none")
    func refused() {
        for field in [
            "", "\"\"", longest + "k", "\"\(longest)k\"", "a b", " a", "a,b", "a, b", "\"a\",\"b\"",
            "a\tb", "a\nb", "a\u{0}", "a\u{7f}", "é", "\u{a0}",
        ] {
            #expect(IdempotencyKey(field: field) == nil)
        }
    }

    @Test("A key belongs to one client of one tenant")
    func scope() throws {
        let key = try #require(IdempotencyKey(field: "k"))
        let principals = [("a", "t"), ("b", "t"), ("a", "u")].map {
            Principal(clientID: $0, tenant: $1, scopes: [], rateLimit: 1)
        }
        #expect(Set(principals.map { StoredAnswer.scopedKey(key, for: $0) }).count == 3)
        let sameAgain = Principal(clientID: "a", tenant: "t", scopes: [.scoreWrite], rateLimit: 9)
        #expect(
            StoredAnswer.scopedKey(key, for: sameAgain)
                == StoredAnswer.scopedKey(key, for: principals[0]))
    }
}
