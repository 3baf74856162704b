import Scorecard
import StrictJSON
import TTSR
import Testing

@Suite("Requests to score")
struct ScoreRequestTests {
    private let card: Scorecard

    init() throws {
        card = try PublishedCard.travel().card
    }

    private func read(_ body: String) throws -> ScoreRequest {
        try ScoreRequest(body: Array(body.utf8), card: card)
    }

    private func error(_ body: String) throws -> RequestError {
        try #require(throws: RequestError.self) { try read(body) }
    }

    private func place(_ pointer: String, _ code: String) -> FieldError {
        FieldError(pointer: pointer, code: code)
    }

    @Test("A whole request is read")
    func whole() throws {
        let request = try read(
            #"{"event_id":"trip-1","source":"flight","signals":{"delay":0.7,"payment":1}}"#)
        #expect(request.eventID == "trip-1")
        #expect(request.source == "flight")
        #expect(
            request.signals.json()
                == .object([
                    JSONMember("delay", .number(try #require(JSONNumber(text: "0.7")))),
                    JSONMember("payment_anomaly", 1),
                ]))
    }

    @Test(
        "What is not JSON, or says a thing twice, is malformed at its place",
        arguments: [
            ("", "", "syntax"), ("{", "", "syntax"), ("{} x", "", "syntax"),
            (#"{"source":"secret-value","#, "", "syntax"),
            (#"{"source":"flight","source":"rail","signals":{}}"#, "/source", "duplicate"),
            (#"{"signals":{"delay":0.1,"delay":0.2}}"#, "/signals/delay", "duplicate"),
            (#"{"signals":{"John Smith":0.1,"John Smith":0.2}}"#, "/signals", "duplicate"),
            (#"{"signals":{"delay":NaN}}"#, "/signals/delay", "syntax"),
            (#"{"signals":{"delay":Infinity}}"#, "/signals/delay", "syntax"),
            (#"{"signals":{"delay":01}}"#, "/signals/delay", "number_invalid"),
            (#"{"signals":{"delay":.5}}"#, "/signals/delay", "syntax"),
            (#"{"source":"\ud800"}"#, "/source", "utf8_invalid"),
            (#"{"signals":[[[[[[[[1]]]]]]]]}"#, "/signals/0/0/0/0/0/0/0", "too_deep"),
        ])
    func malformed(body: String, pointer: String, code: String) throws {
        #expect(try error(body) == .malformed(place(pointer, code)))
    }

    @Test("A byte more than 64 KiB is too large, 64 KiB are not")
    func size() throws {
        let request = #"{"source":"flight","signals":{}}"#
        let padding = String(repeating: " ", count: 65_536 - request.utf8.count)
        #expect(try read(request + padding).source == "flight")
        #expect(try error(request + padding + " ") == .tooLarge)
    }

    @Test(
        "What is JSON but no request is invalid at its place",
        arguments: [
            ("[]", "", "object_required"), ("null", "", "object_required"),
            (#"{"source":"flight"}"#, "/signals", "field_required"),
            (#"{"signals":{}}"#, "/source", "field_required"),
            (#"{"source":"flight","signals":{},"passenger":"x"}"#, "/passenger", "field_unknown"),
            (#"{"source":"flight","signals":{},"John Smith":"x"}"#, "", "field_unknown"),
            (#"{"source":"flight","signals":{},"":"x"}"#, "", "field_unknown"),
            (#"{"source":"Flight","signals":{}}"#, "/source", "source_unknown"),
            (#"{"source":"my own words","signals":{}}"#, "/source", "source_unknown"),
            (#"{"source":null,"signals":{}}"#, "/source", "source_unknown"),
            (#"{"source":"flight","signals":null}"#, "/signals", "signal_type"),
            (#"{"source":"flight","signals":[]}"#, "/signals", "signal_type"),
            (#"{"source":"flight","signals":{"delay":"0.5"}}"#, "/signals/delay", "signal_type"),
            (#"{"source":"flight","signals":{"delay":null}}"#, "/signals/delay", "signal_type"),
            (#"{"source":"flight","signals":{"delay":5e-1}}"#, "/signals/delay", "signal_exponent"),
            (
                #"{"source":"flight","signals":{"delay":0.1234567}}"#, "/signals/delay",
                "signal_precision"
            ),
            (
                #"{"source":"flight","signals":{"delay":1.000001}}"#, "/signals/delay",
                "signal_range"
            ),
            (#"{"source":"flight","signals":{"geo":-0.1}}"#, "/signals/geo", "signal_range"),
            (#"{"source":"flight","signals":{"payment":0.5}}"#, "/signals/payment", "signal_range"),
            (#"{"source":"flight","signals":{"mood":0.5}}"#, "/signals/mood", "signal_unknown"),
            (#"{"source":"flight","signals":{"John Smith":1}}"#, "/signals", "signal_unknown"),
            (
                #"{"source":"flight","signals":{"payment":0,"payment_anomaly":0}}"#,
                "/signals/payment_anomaly", "signal_duplicate"
            ),
            (#"{"event_id":7,"source":"flight","signals":{}}"#, "/event_id", "string_required"),
            (#"{"event_id":null,"source":"flight","signals":{}}"#, "/event_id", "string_required"),
            (#"{"event_id":"","source":"flight","signals":{}}"#, "/event_id", "event_id_invalid"),
            (
                #"{"event_id":"a b","source":"flight","signals":{}}"#, "/event_id",
                "event_id_invalid"
            ),
            (
                #"{"event_id":"a/b","source":"flight","signals":{}}"#, "/event_id",
                "event_id_invalid"
            ),
        ])
    func invalid(body: String, pointer: String, code: String) throws {
        #expect(try error(body) == .invalid([place(pointer, code)]))
    }

    @Test("Every error is told at once, up to 32")
    func allErrors() throws {
        let body =
            #"{"passenger":"x","event_id":"a b","source":"x","signals":{"delay":2,"geo":"x"}}"#
        #expect(
            try error(body)
                == .invalid([
                    place("/passenger", "field_unknown"), place("/event_id", "event_id_invalid"),
                    place("/source", "source_unknown"), place("/signals/delay", "signal_range"),
                    place("/signals/geo", "signal_type"),
                ]))
        let many = (0..<100).map { "\"x\($0)\":0" }.joined(separator: ",")
        guard case .invalid(let errors) = try error("{\(many)}") else {
            Issue.record("not invalid")
            return
        }
        #expect(errors.count == 32)
    }

    @Test("An event id has 1 to 64 characters of its alphabet")
    func eventID() {
        #expect(EventID.isValid("A-z_09"))
        #expect(EventID.isValid(String(repeating: "a", count: 64)))
        for text in ["", String(repeating: "a", count: 65), "é", "a.b", "a\u{0}", "\u{212A}"] {
            #expect(!EventID.isValid(text))
        }
    }
}
