import Scorecard
import StrictJSON
import Testing

@Suite("Reasons")
struct ReasonTests {
    private func lines(_ decision: Decision) -> [String] {
        decision.reasons.map { "\($0.code) \($0.factor) \($0.pointsText)" }
    }

    @Test("factors that counted come first, most points first, then missing signals")
    func order() throws {
        let decision = try TravelCard.card().decide(#"{"delay":0.7,"weather":0.5,"geo":0.2}"#)
        #expect(
            lines(decision) == [
                "DELAY_HIGH delay 21.0", "WEATHER_SEVERE weather 12.5", "GEO_RISK geo 5.0",
                "PAYMENT_UNKNOWN payment 0.0",
            ])
        #expect(decision.scoreText == "38.5")
        #expect(decision.base == .zero)
        #expect(decision.cap == .zero)
    }

    @Test("equal points keep the card's order, and a factor without points has no line")
    func ties() throws {
        let decision = try TravelCard.card().decide(
            #"{"payment":0,"geo":0.4,"weather":0.4,"delay":0}"#)
        #expect(lines(decision) == ["WEATHER_SEVERE weather 10.0", "GEO_RISK geo 10.0"])
    }

    @Test("every missing signal is named, and without any the score is zero")
    func allMissing() throws {
        let decision = try TravelCard.card().decide("{}")
        #expect(
            lines(decision) == [
                "DELAY_UNKNOWN delay 0.0", "WEATHER_UNKNOWN weather 0.0", "GEO_UNKNOWN geo 0.0",
                "PAYMENT_UNKNOWN payment 0.0",
            ])
        #expect(decision.score == .zero)
    }

    @Test("a missing signal counts as its declared value and is named beside its factor")
    func missingValue() throws {
        let document = try TravelCard.document()
            .changing("/signals/geo/missing/value", to: "0.5")
        let decision = try Scorecard(document: document).decide(
            #"{"delay":0,"weather":0,"payment":0}"#)
        #expect(lines(decision) == ["GEO_RISK geo 12.5", "GEO_UNKNOWN geo 0.0"])
    }

    @Test("steps that rounding leaves go to the factors that lost most, then to the earlier")
    func largestRemainder() throws {
        // Exact points 0.33, 0.34 and 0.33 make 1.00: three lines of 0.3 lack one step.
        let middle = try TravelCard.card().decide(
            #"{"delay":0.011,"weather":0.0136,"geo":0.0132,"payment":0}"#)
        #expect(
            lines(middle) == [
                "WEATHER_SEVERE weather 0.4", "DELAY_HIGH delay 0.3", "GEO_RISK geo 0.3",
            ])
        // Weather and geo lost 0.05 each; their sum of 0.1 is due once.
        let tie = try TravelCard.card().decide(
            #"{"delay":0,"weather":0.014,"geo":0.014,"payment":0}"#)
        #expect(lines(tie) == ["WEATHER_SEVERE weather 0.4", "GEO_RISK geo 0.3"])
        #expect(tie.scoreText == "0.7")
    }

    @Test("lines beyond the card's number are one line, and still add up")
    func otherFactors() throws {
        let document = try TravelCard.document().changing("/reasons/max", to: 2)
        let decision = try Scorecard(document: document).decide(
            #"{"delay":1,"weather":0.5,"geo":0.2,"payment":1}"#)
        #expect(
            lines(decision) == [
                "DELAY_HIGH delay 30.0", "PAYMENT_ANOMALY payment 20.0",
                "OTHER_FACTORS other_factors 17.5",
            ])
        #expect(decision.scoreText == "67.5")
    }

    @Test("base, negative points and the limits of the output are part of the sum")
    func baseAndCap() throws {
        let document = try TravelCard.document()
            .changing("/base", to: "-1.5")
            .changing("/factors/0/weight", to: "-30")
            .changing("/vectors", to: [["in": [:], "score": "0.0", "action": "allow"]])
        let card = try Scorecard(document: document)
        let low = try card.decide(#"{"delay":0.5,"weather":0.1,"geo":0,"payment":0}"#)
        #expect(lines(low) == ["WEATHER_SEVERE weather 2.5", "DELAY_HIGH delay -15.0"])
        #expect(low.base.text == "-1.5")
        #expect(low.cap.text == "14")
        #expect(low.scoreText == "0.0")

        let capped = try Scorecard(
            document: try TravelCard.document().changing("/base", to: "50")
                .changing("/vectors", to: [["in": [:], "score": "50.0", "action": "review"]])
        ).decide(#"{"delay":1,"weather":1,"geo":1,"payment":1}"#)
        #expect(capped.scoreText == "100.0")
        #expect(capped.cap.text == "-50")
        #expect(capped.reasons.reduce(0) { $0 + $1.points.millionths } == 100_000_000)
    }

    @Test("with negative weights every input still adds up and rounds exactly")
    func negativeGrid() throws {
        let document = try TravelCard.document()
            .changing("/output/min", to: "-100")
            .changing("/factors/0/weight", to: "-30.05")
            .changing("/factors/2/weight", to: "-24.95")
            .changing("/vectors", to: [["in": [:], "score": "0.0", "action": "allow"]])
        for rounding in ["half_even", "half_up"] {
            let card = try Scorecard(
                document: document.changing("/output/rounding", to: .string(rounding)))
            var generator = SplitMix64(state: 4)
            for _ in 0..<1_500 {
                let (d, w, g) = (
                    Int64.random(in: 0...100, using: &generator),
                    Int64.random(in: 0...100, using: &generator),
                    Int64.random(in: 0...100, using: &generator)
                )
                let decision = try card.decide(
                    TravelCard.input(
                        delay: d * 10_000, weather: w * 10_000, geo: g * 10_000, payment: 0))
                // The sum in units of 10⁻⁴ points; a tenth is 1,000 of them.
                let sum = -3_005 * d + 2_500 * w - 2_495 * g
                let error = decision.score.millionths / 100 - sum
                #expect(abs(error) <= 500)
                if abs(error) == 500 {
                    let isEven = decision.score.millionths / 100_000 % 2 == 0
                    #expect(rounding == "half_up" ? error == 500 : isEven)
                }
                let added = decision.reasons.reduce(decision.cap.millionths) {
                    $0 + $1.points.millionths
                }
                #expect(added == decision.score.millionths)
            }
        }
    }
}
