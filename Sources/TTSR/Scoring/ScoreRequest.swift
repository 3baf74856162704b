import Crypto
package import Scorecard
import StrictJSON
import TextEncoding

/// A request to score, read strictly: nothing unknown, nothing twice, no free text.
package struct ScoreRequest: Sendable, Hashable {
    /// The caller's id for the event, `[A-Za-z0-9_-]{1,64}`, if it gave one.
    package let eventID: String?
    /// One of the card's sources.
    package let source: String
    package let signals: SignalValues

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - body: the bytes as received.
    ///   - card: says which sources and signals there are.
    /// - Throws: ``RequestError`` with every error found, each naming its place, never its value.
    package init(body: [UInt8], card: Scorecard) throws(RequestError) {
        let document = try RequestBody.parse(body)
        guard case .object(let members) = document else {
            throw .invalid([FieldError(pointer: "", code: "object_required")])
        }
        var errors = RequestBody.unknown(members, known: ["event_id", "source", "signals"])
        eventID = Self.eventID(document["event_id"], &errors)
        source = Self.source(document["source"], card: card, &errors)
        var signals: SignalValues?
        if let value = document["signals"] {
            switch card.readSignals(value, at: "/signals") {
            case .success(let values): signals = values
            case .failure(let failures): errors += failures.errors
            }
        } else {
            errors.append(FieldError(pointer: "/signals", code: "field_required"))
        }
        guard errors.isEmpty, let signals else { throw .invalid(Array(errors.prefix(32))) }
        self.signals = signals
    }

    /// What two requests must share to be one: the same whatever their spelling, member order
    /// or white space. Lower-case hex SHA-256.
    package var fingerprint: String {
        var members = [
            JSONMember("source", .string(source)), JSONMember("signals", signals.json()),
        ]
        if let eventID { members.append(JSONMember("event_id", .string(eventID))) }
        return Hex.encode(SHA256.hash(JSONValue.object(members).canonical()))
    }

    private static func eventID(_ value: JSONValue?, _ errors: inout [FieldError]) -> String? {
        guard let value else { return nil }
        guard let text = value.string else {
            errors.append(FieldError(pointer: "/event_id", code: "string_required"))
            return nil
        }
        guard EventID.isValid(text) else {
            errors.append(FieldError(pointer: "/event_id", code: "event_id_invalid"))
            return nil
        }
        return text
    }

    private static func source(
        _ value: JSONValue?, card: Scorecard, _ errors: inout [FieldError]
    ) -> String {
        guard let value else {
            errors.append(FieldError(pointer: "/source", code: "field_required"))
            return ""
        }
        guard let text = value.string, card.sources.contains(text) else {
            errors.append(FieldError(pointer: "/source", code: "source_unknown"))
            return ""
        }
        return text
    }

    /// The largest body, in bytes.
    package static let bytesMax = 65_536
}

/// The form of an event's id.
package enum EventID {
    /// Whether a text is `[A-Za-z0-9_-]{1,64}`.
    package static func isValid(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x2d: true
                default: false
                }
            }
    }
}
