package import Records
import Scorecard
package import StrictJSON
package import TableStore

/// A scored event as it is stored and read back.
package struct EventRecord: Sendable, Hashable {
    package let id: String
    package let tenant: String
    package let source: String
    package let createdAtMs: Int64
    /// The signals that were given, as JSON text.
    package let signals: String
    /// The score, such as `38.5`.
    package let score: String
    package let action: String
    package let version: String
    package let card: String
    package let cardHash: String
    /// The reasons, as JSON text.
    package let reasons: String
    package let traceID: String

    /// Makes the record of a decision.
    init(
        id: String, tenant: String, request: ScoreRequest, decision: Decision,
        card published: PublishedCard, traceID: String, createdAtMs: Int64
    ) {
        self.id = id
        self.tenant = tenant
        source = request.source
        self.createdAtMs = createdAtMs
        signals = String(decoding: request.signals.json().serialized(), as: UTF8.self)
        score = decision.scoreText
        action = decision.action.rawValue
        version = published.card.version
        card = published.card.id
        cardHash = published.hash
        reasons = Self.reasons(decision)
        self.traceID = traceID
    }

    /// Its audit trail.
    package var subject: AuditSubject { .event(tenant: tenant, id: id) }

    /// The answer to the request that made it.
    var answer: String {
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        writer.member("event_id", id)
        writeDecision(to: &writer)
        writer.rawValue(reasons)
        writer.member("trace_id", traceID)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// What subscribers are told: never a signal.
    var message: JSONValue {
        .object([
            JSONMember("event_id", .string(id)), JSONMember("score", number(score)),
            JSONMember("action", .string(action)), JSONMember("score_version", .string(version)),
        ])
    }

    /// The event with its trail, as a reader gets it.
    ///
    /// - Parameter trail: the audit entries, oldest first.
    package func document(trail: [JSONValue]) -> String {
        var writer = JSONWriter(reserving: 2_048)
        writer.beginObject()
        writer.member("event_id", id)
        writer.member("source", source)
        writer.member("created_at", Timestamp.text(createdAtMs))
        writer.member("signals", parsed(signals))
        writeDecision(to: &writer)
        writer.value(parsed(reasons))
        writer.member("trace_id", traceID)
        writer.member("audit", .array(trail))
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// What a request would be answered, without storing anything.
    package static func preview(_ request: ScoreRequest, card: PublishedCard) -> String {
        let decision = card.card.evaluate(request.signals)
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        if let id = request.eventID { writer.member("event_id", id) }
        writer.decision(
            score: decision.scoreText, action: decision.action.rawValue,
            version: card.card.version, card: card.card.id, cardHash: card.hash)
        writer.reasons(decision)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func writeDecision(to writer: inout JSONWriter) {
        writer.decision(
            score: score, action: action, version: version, card: card, cardHash: cardHash)
    }

    private static func reasons(_ decision: Decision) -> String {
        var writer = JSONWriter(reserving: 256)
        writer.reasons(decision)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func parsed(_ text: String) -> JSONValue {
        (try? StrictJSON.parse(Array(text.utf8))) ?? .null
    }

    private func number(_ text: String) -> JSONValue {
        JSONNumber(text: text).map { .number($0) } ?? .null
    }
}

extension EventRecord {
    /// The item as it is stored, without the audit head.
    var item: Item {
        var item = subject.headKey
        item["event_id"] = .string(id)
        item["tenant"] = .string(tenant)
        item["source"] = .string(source)
        item["created_at"] = .number(createdAtMs)
        item["signals"] = .string(signals)
        item["score"] = .string(score)
        item["action"] = .string(action)
        item["score_version"] = .string(version)
        item["card"] = .string(card)
        item["card_hash"] = .string(cardHash)
        item["reasons"] = .string(reasons)
        item["trace_id"] = .string(traceID)
        return item
    }

    /// Reads a stored item; nil if it is not an event.
    package init?(item: Item) {
        func text(_ name: String) -> String? { item[name]?.string }
        guard let id = text("event_id"), let tenant = text("tenant"), let source = text("source"),
            let createdAtMs = item["created_at"]?.number, let signals = text("signals"),
            let score = text("score"), let action = text("action"),
            let version = text("score_version"), let card = text("card"),
            let cardHash = text("card_hash"), let reasons = text("reasons"),
            let traceID = text("trace_id")
        else { return nil }
        self.id = id
        self.tenant = tenant
        self.source = source
        self.createdAtMs = createdAtMs
        self.signals = signals
        self.score = score
        self.action = action
        self.version = version
        self.card = card
        self.cardHash = cardHash
        self.reasons = reasons
        self.traceID = traceID
    }
}

extension JSONWriter {
    /// Writes the members that every form of a decision has, up to the name of its reasons.
    fileprivate mutating func decision(
        score: String, action: String, version: String, card: String, cardHash: String
    ) {
        name("score")
        rawNumber(score)
        member("action", action)
        member("score_version", version)
        member("card", card)
        member("card_hash", cardHash)
        name("reasons")
    }

    fileprivate mutating func reasons(_ decision: Decision) {
        beginArray()
        for reason in decision.reasons {
            beginObject()
            member("code", reason.code)
            member("factor", reason.factor)
            name("points")
            rawNumber(reason.pointsText)
            endObject()
        }
        endArray()
    }
}
