import Scorecard
import StrictJSON
import Testing

@Suite("Reading signals")
struct SignalReaderTests {
    private func faults(_ text: String, _ card: Scorecard? = nil) throws -> [String] {
        let value = try StrictJSON.parse(Array(text.utf8))
        switch try (card ?? TravelCard.card()).readSignals(value, at: "/signals") {
        case .success: return []
        case .failure(let failure): return failure.errors.map { "\($0.pointer) \($0.code)" }
        }
    }

    static let refused: [(input: String, faults: [String])] = [
        (#"{"delay":"0.5"}"#, ["/signals/delay signal_type"]),
        (#"{"delay":true}"#, ["/signals/delay signal_type"]),
        (#"{"delay":null}"#, ["/signals/delay signal_type"]),
        (#"{"delay":[0.5]}"#, ["/signals/delay signal_type"]),
        (#"{"delay":{"value":0.5}}"#, ["/signals/delay signal_type"]),
        (#"{"delay":5e-1}"#, ["/signals/delay signal_exponent"]),
        (#"{"delay":0E0}"#, ["/signals/delay signal_exponent"]),
        (#"{"delay":0.1234567}"#, ["/signals/delay signal_precision"]),
        (#"{"delay":0.5000000}"#, ["/signals/delay signal_precision"]),
        (#"{"delay":1.000001}"#, ["/signals/delay signal_range"]),
        (#"{"delay":-0.000001}"#, ["/signals/delay signal_range"]),
        (#"{"delay":99999999999999999999}"#, ["/signals/delay signal_range"]),
        (#"{"payment":0.5}"#, ["/signals/payment signal_range"]),
        (#"{"payment_anomaly":2}"#, ["/signals/payment_anomaly signal_range"]),
        (#"{"temperature":1}"#, ["/signals/temperature signal_unknown"]),
        (#"{"Delay":1}"#, ["/signals signal_unknown"]),
        (#"{"jane.doe@example.test":1}"#, ["/signals signal_unknown"]),
        (
            #"{"a_name_of_more_than_thirty_two_c":1}"#,
            ["/signals/a_name_of_more_than_thirty_two_c signal_unknown"]
        ),
        (#"{"a_name_of_more_than_thirty_two_ch":1}"#, ["/signals signal_unknown"]),
        (#"{"":1}"#, ["/signals signal_unknown"]),
        (#"{"payment":1,"payment_anomaly":1}"#, ["/signals/payment_anomaly signal_duplicate"]),
        (#"{"payment_anomaly":0,"payment":1}"#, ["/signals/payment signal_duplicate"]),
        ("[]", ["/signals signal_type"]), ("null", ["/signals signal_type"]),
        ("0.5", ["/signals signal_type"]),
        (
            #"{"x":1,"delay":"0","weather":2,"geo":1e0,"payment":0.1234567}"#,
            [
                "/signals/x signal_unknown", "/signals/delay signal_type",
                "/signals/weather signal_range", "/signals/geo signal_exponent",
                "/signals/payment signal_precision",
            ]
        ),
    ]

    @Test("every fault is named with its place, and no value with it", arguments: refused)
    func refuses(input: String, expected: [String]) throws {
        #expect(try faults(input) == expected)
    }

    @Test("at most 32 faults are reported")
    func errorsMax() throws {
        let members = (0..<40).map { "\"x\($0)\":1" }.joined(separator: ",")
        let found = try faults("{\(members)}")
        #expect(found.count == 32)
        #expect(found.first == "/signals/x0 signal_unknown")
    }

    @Test("what means the same has the same canonical signals")
    func canonicalValues() throws {
        let card = try TravelCard.card()
        let inputs = [
            #"{"delay":0.7,"weather":1,"geo":0,"payment_anomaly":1}"#,
            #"{"payment":1.0,"geo":-0,"weather":1.000000,"delay":0.70}"#,
            #"{"geo":-0.00,"delay":0.700000,"payment":1,"weather":1.0}"#,
        ]
        for input in inputs {
            let value = try StrictJSON.parse(Array(input.utf8))
            let signals = try card.readSignals(value, at: "").get()
            #expect(
                String(decoding: signals.json().serialized(), as: UTF8.self)
                    == #"{"delay":0.7,"weather":1,"geo":0,"payment_anomaly":1}"#)
            // The canonical form is an input that reads as itself.
            #expect(try card.readSignals(signals.json(), at: "").get() == signals)
        }
    }

    @Test("only the signals that were given are in the canonical form")
    func givenOnly() throws {
        let card = try TravelCard.card()
        let signals = try card.readSignals(["geo": 1], at: "").get()
        #expect(signals.json() == ["geo": 1])
        #expect(signals.values.map(\.name) == ["delay", "weather", "geo", "payment_anomaly"])
        #expect(signals.values.map(\.value) == [nil, nil, .one, nil])
    }

    @Test("whole numbers, decimals and required signals are read by their own rules")
    func otherKinds() throws {
        let document = try TravelCard.document()
            .changing(
                "/signals/delay",
                to: [
                    "type": "int", "min": "-5", "max": "240", "class": "operational",
                    "missing": ["reject": true],
                ]
            )
            .changing(
                "/signals/geo",
                to: [
                    "type": "decimal", "min": "0", "max": "20.5", "decimals": 2, "class": "context",
                    "missing": ["value": "0", "code": "GEO_UNKNOWN"],
                ]
            )
            .changing(
                "/vectors",
                to: [["in": ["delay": "2", "geo": "0.5"], "score": "72.5", "action": "hold"]])
        let card = try Scorecard(document: document)
        #expect(try faults(#"{"delay":-5,"geo":20.50}"#, card) == [])
        #expect(try faults(#"{"delay":1.0}"#, card) == [])
        #expect(try faults("{}", card) == ["/signals/delay signal_required"])
        #expect(try faults(#"{"delay":1.5}"#, card) == ["/signals/delay signal_precision"])
        #expect(try faults(#"{"delay":241}"#, card) == ["/signals/delay signal_range"])
        #expect(try faults(#"{"delay":0,"geo":0.125}"#, card) == ["/signals/geo signal_precision"])
        #expect(try faults(#"{"delay":0,"geo":20.51}"#, card) == ["/signals/geo signal_range"])
        #expect(try faults(#"{"delay":"1"}"#, card) == ["/signals/delay signal_type"])
    }
}
