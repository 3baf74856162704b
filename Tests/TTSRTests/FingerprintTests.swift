import TTSR
import Testing

@Suite("Fingerprints of requests")
struct FingerprintTests {
    private func fingerprint(_ body: String) throws -> String {
        try ScoreRequest(body: Array(body.utf8), card: PublishedCard.travel().card).fingerprint
    }

    private let request = #"{"event_id":"a","source":"rail","signals":{"delay":0.7,"payment":1}}"#

    @Test(
        "One meaning has one fingerprint, however it is spelled",
        arguments: [
            #"{"signals":{"payment":1,"delay":0.7},"source":"rail","event_id":"a"}"#,
            "{ \"event_id\" : \"a\",\n\"source\":\"rail\",\t"
                + "\"signals\":{\"delay\":0.7,\"payment\":1} }",
            #"{"event_id":"a","source":"rail","signals":{"delay":0.70,"payment":1.000000}}"#,
            #"{"event_id":"a","source":"rail","signals":{"delay":0.7,"payment_anomaly":1}}"#,
            #"{"event_id":"\u0061","source":"\u0072ail","signals":{"delay":0.7,"payment":1}}"#,
        ])
    func same(body: String) throws {
        #expect(try fingerprint(body) == fingerprint(request))
    }

    @Test(
        "Another meaning has another fingerprint",
        arguments: [
            #"{"source":"rail","signals":{"delay":0.7,"payment":1}}"#,
            #"{"event_id":"b","source":"rail","signals":{"delay":0.7,"payment":1}}"#,
            #"{"event_id":"a","source":"bus","signals":{"delay":0.7,"payment":1}}"#,
            #"{"event_id":"a","source":"rail","signals":{"delay":0.700001,"payment":1}}"#,
            #"{"event_id":"a","source":"rail","signals":{"delay":0.7}}"#,
            #"{"event_id":"a","source":"rail","signals":{"delay":0.7,"payment":0}}"#,
            #"{"event_id":"a","source":"rail","signals":{"delay":0.7,"payment":1,"geo":0}}"#,
            #"{"event_id":"a","source":"rail","signals":{"weather":0.7,"payment":1}}"#,
        ])
    func other(body: String) throws {
        #expect(try fingerprint(body) != fingerprint(request))
    }
}
