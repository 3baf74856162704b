import Scorecard
import StrictJSON
import Testing

@Suite("Scores of the travel card")
struct TravelScoreTests {
    /// The score in tenths, worked out another way: the tenth nearest to the exact sum, which is
    /// counted in whole units of 10⁻⁶ points; of two that are equally near, the even one.
    static func oracleTenths(_ sum: Int64) -> Int64 {
        let near = sum / 100_000
        for tenths in [near, near + 1] {
            let doubledDistance = 2 * abs(tenths * 100_000 - sum)
            if doubledDistance < 100_000 || (doubledDistance == 100_000 && tenths % 2 == 0) {
                return tenths
            }
        }
        return near
    }

    static func oracleAction(_ tenths: Int64) -> Action {
        tenths < 300 ? .allow : tenths < 600 ? .review : .hold
    }

    /// Checks score, action and additivity of one input given in millionths.
    private func check(
        _ card: Scorecard, _ delay: Int64, _ weather: Int64, _ geo: Int64, _ payment: Int64
    ) throws -> Decision {
        let decision = try card.decide(
            TravelCard.input(delay: delay, weather: weather, geo: geo, payment: payment))
        let tenths = Self.oracleTenths(30 * delay + 25 * weather + 25 * geo + 20 * payment)
        let added = decision.reasons.reduce(
            decision.base.millionths + decision.cap.millionths
        ) { $0 + $1.points.millionths }
        if decision.score.millionths != tenths * 100_000
            || decision.action != Self.oracleAction(tenths) || added != decision.score.millionths
        {
            Issue.record("wrong for \(delay), \(weather), \(geo), \(payment): \(decision)")
        }
        return decision
    }

    @Test("every input in steps of 0.05 has the exact score and action, and its lines add up")
    func grid() throws {
        let card = try TravelCard.card()
        let steps = stride(from: Int64(0), through: 1_000_000, by: 50_000)
        var counts: [Action: Int] = [:]
        for payment: Int64 in [0, 1_000_000] {
            for delay in steps {
                for weather in steps {
                    var previous = FixedDecimal.zero
                    var previousAction = Action.allow
                    for geo in steps {
                        let decision = try check(card, delay, weather, geo, payment)
                        counts[decision.action, default: 0] += 1
                        // A higher signal never lowers the score or softens the action.
                        if geo > 0 {
                            #expect(decision.score >= previous)
                            #expect(decision.action >= previousAction)
                        }
                        (previous, previousAction) = (decision.score, decision.action)
                    }
                }
            }
        }
        #expect(counts.values.reduce(0, +) == 18_522)
        #expect(counts.keys.count == 3)
    }

    @Test("inputs of six decimals have the exact score and action, and their lines add up")
    func sixDecimals() throws {
        let card = try TravelCard.card()
        var generator = SplitMix64(state: 1)
        for _ in 0..<5_000 {
            let values = (0..<3).map { _ in Int64.random(in: 0...1_000_000, using: &generator) }
            let payment = Int64.random(in: 0...1, using: &generator) * 1_000_000
            _ = try check(card, values[0], values[1], values[2], payment)
        }
    }

    @Test("raising any one signal never lowers the score")
    func monotonicity() throws {
        let card = try TravelCard.card()
        var generator = SplitMix64(state: 2)
        for _ in 0..<1_000 {
            var values = (0..<3).map { _ in Int64.random(in: 0...1_000_000, using: &generator) }
            let before = try check(card, values[0], values[1], values[2], 0)
            let raised = Int.random(in: 0..<3, using: &generator)
            values[raised] = Int64.random(in: values[raised]...1_000_000, using: &generator)
            let after = try check(card, values[0], values[1], values[2], 0)
            #expect(after.score >= before.score)
            #expect(after.action >= before.action)
            let withPayment = try check(card, values[0], values[1], values[2], 1_000_000)
            #expect(withPayment.score > after.score)
        }
    }

    typealias Edge = (input: String, score: String, action: Action)

    static let edges: [Edge] = [
        (#"{"weather":1,"geo":0.196}"#, "29.9", .allow),
        (#"{"weather":1,"geo":0.2}"#, "30.0", .review),
        (#"{"delay":1,"weather":1,"geo":0.196}"#, "59.9", .review),
        (#"{"delay":1,"weather":1,"geo":0.2}"#, "60.0", .hold),
        // 29.95 and 59.95 lie between an odd and an even tenth; the even one is in the next band.
        (#"{"weather":1,"geo":0.198}"#, "30.0", .review),
        (#"{"delay":1,"weather":1,"geo":0.198}"#, "60.0", .hold),
        // One millionth below the tie: 29.949975.
        (#"{"weather":1,"geo":0.197999}"#, "29.9", .allow),
        (#"{"weather":1,"geo":0.198001}"#, "30.0", .review),
        // 29.85 goes down to the even tenth, and so does 30.05.
        (#"{"weather":1,"geo":0.194}"#, "29.8", .allow),
        (#"{"weather":1,"geo":0.202}"#, "30.0", .review),
        (#"{"delay":1,"weather":1,"geo":0.194}"#, "59.8", .review),
        (#"{"delay":0.001,"geo":0.0008}"#, "0.0", .allow),
        (#"{"delay":0.005}"#, "0.2", .allow),
        (#"{"delay":0.001667}"#, "0.1", .allow),
        (#"{"delay":1,"weather":1,"geo":1,"payment":1}"#, "100.0", .hold),
        (#"{}"#, "0.0", .allow),
    ]

    @Test("the edges of the bands and the ties of rounding are exact", arguments: edges)
    func scoresAtEdges(input: String, score: String, action: Action) throws {
        let decision = try TravelCard.card().decide(input)
        #expect(decision.scoreText == score)
        #expect(decision.action == action)
    }

    @Test(
        "half up sends the same ties to the higher tenth",
        arguments: [
            (#"{"weather":1,"geo":0.194}"#, "29.8", "29.9"),
            (#"{"weather":1,"geo":0.198}"#, "30.0", "30.0"),
            (#"{"weather":1,"geo":0.202}"#, "30.0", "30.1"),
            (#"{"weather":1,"geo":0.193999}"#, "29.8", "29.8"),
        ])
    func rounding(input: String, halfEven: String, halfUp: String) throws {
        #expect(try TravelCard.card().decide(input).scoreText == halfEven)
        let document = try TravelCard.document().changing("/output/rounding", to: "half_up")
        #expect(try Scorecard(document: document).decide(input).scoreText == halfUp)
    }

    @Test("the order of an input's members and of a card's factors changes no score")
    func order() throws {
        let card = try TravelCard.card()
        let document = try TravelCard.document()
        let factors = try #require(document["factors"]?.array)
        let reversed = try Scorecard(
            document: document.changing("/factors", to: .array(factors.reversed())))
        var generator = SplitMix64(state: 3)
        for _ in 0..<500 {
            let input = TravelCard.input(
                delay: Int64.random(in: 0...1_000_000, using: &generator),
                weather: Int64.random(in: 0...1_000_000, using: &generator),
                geo: Int64.random(in: 0...1_000_000, using: &generator), payment: 1_000_000)
            let members = try #require(input.object)
            let decision = try card.decide(input)
            #expect(try card.decide(.object(members.shuffled(using: &generator))) == decision)
            let other = try reversed.decide(input)
            #expect(other.score == decision.score)
            #expect(other.action == decision.action)
        }
    }

    @Test("weights divided by a hundred, which would allow everything, do not pass as this card")
    func weightsDividedByHundred() throws {
        var document = try TravelCard.document()
        for (index, weight) in ["0.30", "0.25", "0.25", "0.20"].enumerated() {
            document = document.changing("/factors/\(index)/weight", to: .string(weight))
        }
        #expect(throws: ScorecardError(pointer: "/vectors/1/score", code: .vectorFailed)) {
            try Scorecard(document: document)
        }
        let decision = try TravelCard.card().decide(#"{"delay":1,"weather":1,"geo":1,"payment":1}"#)
        #expect(decision.action == .hold)
    }
}
