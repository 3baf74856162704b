import Crypto
import HTTPClient
import Testing

@testable import Webhooks

/// Both schemes against signatures that `openssl dgst -sha256 -mac HMAC` computed.
@Suite struct SignatureTests {
    /// One message, signed with ``Workbench/secret`` and ``Workbench/olderSecret``.
    struct Vector: Sendable, CustomTestStringConvertible {
        let id: String
        let timestamp: Int64
        let body: String
        /// Of `timestamp.body`; the key is the whole text of the secret.
        let hexes: [String]
        /// Of `id.timestamp.body`; the key is the decoded part.
        let base64s: [String]

        var testDescription: String { id }
    }

    static let vectors = [
        Vector(
            id: "evt_000001", timestamp: 1_767_225_600,
            body: #"{"id":"evt_000001","type":"risk.scored"}"#,
            hexes: [
                "f2675c047a140cd4cb80c5bcda5f73f146bcac81efa3e1ce1ec0ba6f39e6a580",
                "3406d6dfbfbfae83877d32f432f34502cdddeec217ba65e7565cbebdb9e62be4",
            ],
            base64s: [
                "k3/QWTuyzOOaTNKgBo7zG6SJMBaIgokX3zdtX2aoZ0U=",
                "VT330s01YIi2AVSzPYyU2gJwGoaBZVkCPa54OtMEl3s=",
            ]),
        Vector(
            id: "evt_000002", timestamp: 1_767_225_600, body: "Zürich → 東京 🛫",
            hexes: [
                "3f13d8429f4bcbeed0f1b74d15d5ee75a43d3f4bcd21993f5d3b51671b1a3304",
                "77d194c73fbe758ea6044b00d9f3604fdaf660a30ce94d4dd641ad933fa8c870",
            ],
            base64s: [
                "mcvx8viLGcEpqzmovrgWKYwwh4VMB0fQqc+/wFKtKvU=",
                "rv1/SnPWmh4i8W8Jom/uciyB3ODjtPUO9bmcdPdA/ws=",
            ]),
        Vector(
            id: "evt_000003", timestamp: 0, body: "",
            hexes: [
                "d8aec949f571341d52ef7916304be7b655fd60c3d50fd303f7fb35660d886827",
                "8008aad9337e5bad7f1d2afcd857eca2612cd854332f41149b0e1082b0c9af6e",
            ],
            base64s: [
                "0nemU781qeoha6CIM2lwrKHvB7FmVpe+P8RXOgyrzPE=",
                "M5cdjnD1xpjLPHQ2KoXG0BCPehYZo4YuD4lhTOmS0bo=",
            ]),
    ]

    @Test("The secrets of the vectors are those the command line was given")
    func secretTexts() {
        #expect(Workbench.secret?.text == "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
        #expect(
            Workbench.olderSecret?.text == "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=")
    }

    @Test("The fields are those computed independently", arguments: vectors)
    func oneSecret(_ vector: Vector) throws {
        let secret = try #require(Workbench.secret)
        let fields = WebhookSignature.fields(
            id: vector.id, body: Array(vector.body.utf8), timestamp: vector.timestamp,
            secrets: [secret])
        #expect(
            fields == [
                HTTPField("TTSR-Signature", "t=\(vector.timestamp),v1=\(vector.hexes[0])"),
                HTTPField("webhook-id", vector.id),
                HTTPField("webhook-timestamp", "\(vector.timestamp)"),
                HTTPField("webhook-signature", "v1,\(vector.base64s[0])"),
            ])
    }

    @Test("During a rotation both fields carry both signatures, the newest first")
    func rotation() throws {
        let vector = Self.vectors[0]
        let secrets = [try #require(Workbench.secret), try #require(Workbench.olderSecret)]
        let body = Array(vector.body.utf8)
        let fields = WebhookSignature.fields(
            id: vector.id, body: body, timestamp: vector.timestamp, secrets: secrets)
        #expect(
            fields[0].value
                == "t=\(vector.timestamp),v1=\(vector.hexes[0]),v1=\(vector.hexes[1])")
        #expect(fields[3].value == "v1,\(vector.base64s[0]) v1,\(vector.base64s[1])")
        let received = ReceivedWebhook(fields, body: body)
        for secret in secrets {
            #expect(received.refusal(secret: secret, now: vector.timestamp) == nil)
        }
        let stranger = WebhookSecret(random: .system)
        #expect(received.refusal(secret: stranger, now: vector.timestamp) == .mismatch)
    }

    @Test("Signatures of one secret do not verify with another")
    func otherSecret() throws {
        let received = try ReceivedWebhook.example()
        #expect(received.refusal(secret: Workbench.olderSecret) == .mismatch)
    }

    @Test("Both schemes have to hold", arguments: ["ttsr-signature", "webhook-signature"])
    func bothSchemes(field: String) throws {
        var received = try ReceivedWebhook.example()
        let older = try ReceivedWebhook.example(secret: Workbench.olderSecret)
        received.fields[field] = older.fields[field]
        #expect(received.refusal() == .mismatch)
        #expect(received.refusal(secret: Workbench.olderSecret) == .mismatch)
    }
}

/// A webhook as a receiver sees it, to be spoilt.
struct ReceivedWebhook {
    static let timestamp: Int64 = 1_767_225_600

    /// By lower-case name.
    var fields: [String: String]
    var body: [UInt8]

    init(_ fields: [HTTPField], body: [UInt8]) {
        self.fields = fields.reduce(into: [:]) { $0[$1.name.lowercased()] = $1.value }
        self.body = body
    }

    /// The first vector, signed with one secret.
    static func example(
        secret: WebhookSecret? = Workbench.secret, timestamp: Int64 = timestamp
    ) throws -> ReceivedWebhook {
        let body = Array(SignatureTests.vectors[0].body.utf8)
        let secret = try #require(secret)
        return ReceivedWebhook(
            WebhookSignature.fields(
                id: "evt_000001", body: body, timestamp: timestamp, secrets: [secret]),
            body: body)
    }

    /// Why it is refused; nil if it is accepted.
    func refusal(
        secret: WebhookSecret? = Workbench.secret, now: Int64 = timestamp
    ) -> WebhookSignatureError? {
        guard let secret else { return .missing }
        do throws(WebhookSignatureError) {
            try WebhookSignature.verify(
                field: { fields[$0] }, body: body, secret: secret, now: now)
            return nil
        } catch {
            return error
        }
    }
}
