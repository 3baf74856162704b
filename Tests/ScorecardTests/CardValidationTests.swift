import Scorecard
import StrictJSON
import Testing

@Suite("Validation of cards")
struct CardValidationTests {
    typealias Fault = (
        change: String, value: JSONValue?, pointer: String, code: ScorecardError.Code
    )

    private static func fault(
        _ change: String, _ value: JSONValue?, _ code: ScorecardError.Code,
        at pointer: String? = nil
    ) -> Fault {
        (change, value, pointer ?? change, code)
    }

    static let envelope: [Fault] = [
        fault("/schema", "ttsr.scorecard/2", .schema), fault("/schema", nil, .memberMissing),
        fault("/schema", 1, .schema), fault("/extra", 1, .memberUnknown),
        fault("/id", "Travel", .syntax), fault("/id", "", .syntax), fault("/id", 1, .type),
        fault("/version", "v 0", .syntax), fault("/version", nil, .memberMissing),
        fault("/parent", "sha256:12", .syntax), fault("/parent", nil, .memberMissing),
        fault("/direction", "trust", .unsupported), fault("/direction", "up", .syntax),
        fault("/combine", "mean", .unsupported), fault("/combine", "product", .syntax),
        fault("/link", ["table": "x"], .unsupported),
        fault("/derive", [["op": "max"]], .unsupported),
        fault("/derive", "", .type), fault("/policy", [[:]], .unsupported),
        fault("/indicators", [[:]], .unsupported), fault("/sources", [], .limit),
        fault("/sources/1", "flight", .duplicate), fault("/sources/0", "Flight", .syntax),
        fault("/sources/0", 1, .type),
    ]

    static let signals: [Fault] = [
        fault("/signals", [:], .limit), fault("/signals", [], .type),
        fault("/signals/delay/type", "text", .syntax),
        fault("/signals/delay/type", "enum", .unsupported),
        fault("/signals/delay/min", "0", .memberUnknown),
        fault("/signals/delay/type", nil, .memberMissing),
        fault("/signals/delay/class", "personal", .syntax),
        fault("/signals/delay/missing", nil, .memberMissing),
        fault("/signals/delay/missing/code", "delay unknown", .syntax),
        fault("/signals/delay/missing/value", "1.5", .limit),
        fault("/signals/delay/missing/value", 0, .type),
        fault("/signals/delay/missing/value", "1e0", .syntax),
        fault("/signals/payment_anomaly/missing/value", "0.5", .limit),
        fault("/signals/delay/missing/exclude", true, .unsupported),
        fault("/signals/delay/missing/points", "3", .unsupported),
        fault("/signals/delay/missing/other", "3", .memberUnknown),
        fault(
            "/signals/delay/missing", ["reject": false], .type,
            at: "/signals/delay/missing/reject"),
        fault("/signals/delay/alias", [], .limit),
        fault("/signals/delay/alias", ["geo"], .duplicate, at: "/signals/delay/alias/0"),
        fault(
            "/signals/delay/alias", ["payment"], .duplicate,
            at: "/signals/payment_anomaly/alias/0"),
        fault("/signals/delay/alias", ["late", "late"], .duplicate, at: "/signals/delay/alias/1"),
        fault("/signals/delay/alias", ["user_email"], .personalData, at: "/signals/delay/alias/0"),
        fault("/signals/birth_year", ["type": "unit"], .personalData),
        fault("/signals/Late", ["type": "unit"], .syntax),
        fault("/signals/late", "unit", .type),
        fault(
            "/signals/late",
            [
                "type": "int", "min": "5", "max": "5", "class": "context",
                "missing": ["reject": true],
            ],
            .limit, at: "/signals/late/max"),
        fault(
            "/signals/late",
            [
                "type": "int", "min": "0.5", "max": "5", "class": "context",
                "missing": ["reject": true],
            ],
            .syntax, at: "/signals/late/min"),
        fault(
            "/signals/late", ["type": "decimal", "min": "0", "max": "5", "decimals": 7], .limit,
            at: "/signals/late/decimals"),
    ]

    static let factors: [Fault] = [
        fault("/factors", [], .limit), fault("/factors", [:], .type),
        fault("/factors/1/id", "delay", .duplicate), fault("/factors/1/id", "Delay", .syntax),
        fault("/factors/1/id", "other_factors", .reserved),
        fault("/factors/0/kind", "bins", .unsupported),
        fault("/factors/0/kind", "forest", .unsupported),
        fault("/factors/0/kind", "script", .syntax),
        fault("/factors/0/signal", "payment", .referenceUnknown),
        fault("/factors/0/signal", "unheard", .referenceUnknown),
        fault("/factors/0/weight", 30, .type),
        fault("/factors/0/weight", "thirty", .syntax), fault("/factors/0/weight", "0", .limit),
        fault("/factors/0/weight", "0.0000001", .syntax),
        fault("/factors/0/weight", "99999999999999", .limit),
        fault("/factors/0/code", "delay", .syntax), fault("/factors/0/group", nil, .memberMissing),
        fault("/factors/0/when", "always", .memberUnknown),
        fault("/factors/0/weight", "9007.199255", .overflow, at: "/factors/0"),
        fault("/factors/0/weight", "9000", .overflow, at: "/factors/1"),
        fault("/base", "9007.2", .overflow), fault("/base", "0.05", .baseQuantum),
        fault("/base", 0, .type),
    ]

    static let output: [Fault] = [
        fault("/output/min", "100", .outputRange, at: "/output"),
        fault("/output/max", "99.95", .outputRange, at: "/output"),
        fault("/output/max", "1000000.1", .outputRange, at: "/output"),
        fault("/output/decimals", 7, .limit), fault("/output/decimals", -1, .limit),
        fault("/output/decimals", "1", .type), fault("/output/rounding", "up", .syntax),
        fault("/output/scale", 1, .memberUnknown),
        fault("/bands", [], .limit), fault("/bands/2", nil, .bandOrder, at: "/bands/1"),
        fault("/bands/2/lt", "90", .bandOrder, at: "/bands/2"),
        fault("/bands/0/lt", nil, .bandOrder, at: "/bands/0"),
        fault("/bands/1/lt", "30", .bandOrder, at: "/bands/1"),
        fault("/bands/1/lt", "20", .bandOrder, at: "/bands/1"),
        fault("/bands/0/lt", "0", .bandUnreachable, at: "/bands/0"),
        fault("/bands/1/lt", "100.1", .bandUnreachable, at: "/bands/1"),
        fault("/bands/0/action", "block", .unsupported), fault("/bands/0/action", "pass", .syntax),
        fault("/bands/0/action", "hold", .bandOrder, at: "/bands/1"),
        fault("/bands/1/label", "allow", .duplicate, at: "/bands/1"),
        fault("/bands/0/on", "linear", .memberUnknown),
        fault("/reasons/max", 0, .limit), fault("/reasons/min_points", "0.5", .unsupported),
        fault("/reasons/order", "asc", .unsupported), fault("/reasons/extra", 1, .memberUnknown),
    ]

    static let vectors: [Fault] = [
        fault("/vectors", [], .limit), fault("/vectors", nil, .memberMissing),
        fault("/vectors/1/score", "38.4", .vectorFailed),
        fault("/vectors/1/score", "38.50", .vectorFailed),
        fault("/vectors/1/action", "hold", .vectorFailed),
        fault("/vectors/1/in/delay", "0.8", .vectorFailed, at: "/vectors/1/score"),
        fault("/vectors/1/in/delay", "2", .vectorFailed, at: "/vectors/1/in"),
        fault("/vectors/1/in/delay", 1, .type), fault("/vectors/1/in/delay", "x", .syntax),
        fault("/vectors/1/note", "x", .memberUnknown),
        fault("/vectors/1/score", nil, .memberMissing),
    ]

    @Test(
        "a card with one fault is refused with its place and kind",
        arguments: envelope + signals + factors + output + vectors)
    func refuses(
        change: String, value: JSONValue?, pointer: String, code: ScorecardError.Code
    ) throws {
        let document = try TravelCard.document().changing(change, to: value)
        #expect(throws: ScorecardError(pointer: pointer, code: code)) {
            try Scorecard(document: document)
        }
    }

    @Test("a card has at most 64 signals and 128 factors")
    func counts() throws {
        var document = try TravelCard.document()
        for index in 4..<64 {
            document = document.changing(
                "/signals/s\(index)",
                to: [
                    "type": "flag", "class": "context",
                    "missing": ["value": "0", "code": "UNKNOWN"],
                ])
        }
        for index in 4..<128 {
            document = document.changing(
                "/factors/\(index)",
                to: [
                    "id": .string("f\(index)"), "kind": "linear", "signal": "delay",
                    "weight": index % 2 == 0 ? "1" : "-1", "code": "X", "group": "g",
                ])
        }
        let card = try Scorecard(document: document)
        #expect(card.signals.count == 64)
        let more = try #require(document["factors"]?.array?.last)
        #expect(throws: ScorecardError(pointer: "/factors", code: .limit)) {
            try Scorecard(
                document: document.changing("/factors/128", to: more.changing("/id", to: "more")))
        }
        #expect(throws: ScorecardError(pointer: "/signals", code: .limit)) {
            try Scorecard(document: document.changing("/signals/more", to: "x"))
        }
    }

    @Test("what is not an object is refused", arguments: [nil, [], "card", 1] as [JSONValue])
    func notAnObject(document: JSONValue) {
        #expect(throws: ScorecardError(pointer: "", code: .type)) {
            try Scorecard(document: document)
        }
    }

    @Test("the travel card gives its identity, and the same one for any member order")
    func identity() throws {
        let document = try TravelCard.document()
        let card = try Scorecard(document: document)
        #expect(card.id == "travel")
        #expect(card.version == "v0_rules")
        #expect(card.sources.contains("flight"))
        #expect(card.signals.map(\.name) == ["delay", "weather", "geo", "payment_anomaly"])
        #expect(card.signals[3].aliases == ["payment"])
        // The canonical form, read as a card, is the same card with the same order of signals.
        let again = try Scorecard(document: try StrictJSON.parse(card.canonical))
        #expect(again.canonical == card.canonical)
        #expect(again.signals == card.signals)
        #expect(try again.decide("{}") == card.decide("{}"))
        let parent = JSONValue.string("sha256:" + String(repeating: "0a", count: 32))
        #expect(try Scorecard(document: document.changing("/parent", to: parent)).id == "travel")
    }

    @Test("the largest weights whose sum stays exact are accepted")
    func largestWeights() throws {
        let document = try TravelCard.document()
            .changing("/factors/0/weight", to: "8937.199254")
            .changing("/vectors", to: [["in": [:], "score": "0.0", "action": "allow"]])
        let decision = try Scorecard(document: document).decide(
            #"{"delay":1,"weather":1,"geo":1,"payment":1}"#)
        #expect(decision.scoreText == "100.0")
        #expect(decision.cap.text == "-8907.2")
    }
}
