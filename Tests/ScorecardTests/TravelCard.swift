import FoundationEssentials
import Scorecard
import StrictJSON
import Testing

/// The card that is deployed, and inputs for it.
enum TravelCard {
    /// The document, as it stands in the repository.
    static func document() throws -> JSONValue {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/TTSR/Cards/travel-v0_rules.json")
        return try StrictJSON.parse([UInt8](try Data(contentsOf: file)))
    }

    static func card() throws -> Scorecard {
        try Scorecard(document: try document())
    }

    /// An input whose values are millionths.
    static func input(
        delay: Int64, weather: Int64, geo: Int64, payment: Int64
    ) -> JSONValue {
        func number(_ millionths: Int64) -> JSONValue {
            .number(FixedDecimal(millionths: millionths).jsonNumber)
        }
        return [
            "delay": number(delay), "weather": number(weather), "geo": number(geo),
            "payment_anomaly": number(payment),
        ]
    }
}

extension Scorecard {
    /// Reads and scores an input that has to be valid.
    func decide(_ input: JSONValue) throws -> Decision {
        evaluate(try readSignals(input, at: "").get())
    }

    /// Reads and scores an input given as JSON text.
    func decide(_ text: String) throws -> Decision {
        try decide(try StrictJSON.parse(Array(text.utf8)))
    }
}

extension JSONValue {
    /// The value with one place of it changed; nil takes it away, a new name or index adds it.
    func changing(_ pointer: String, to replacement: JSONValue?) -> JSONValue {
        let tokens = pointer.split(separator: "/").map(String.init)
        return changing(tokens[...], to: replacement) ?? .null
    }

    private func changing(_ tokens: ArraySlice<String>, to replacement: JSONValue?) -> JSONValue? {
        guard let token = tokens.first else { return replacement }
        switch self {
        case .object(var members):
            let index = members.firstIndex { $0.name == token }
            let old = index.map { members[$0].value } ?? .null
            let new = old.changing(tokens.dropFirst(), to: replacement)
            switch (index, new) {
            case (let index?, let new?): members[index].value = new
            case (let index?, nil): members.remove(at: index)
            case (nil, let new?): members.append(JSONMember(token, new))
            case (nil, nil): break
            }
            return .object(members)
        case .array(var elements):
            guard let index = Int(token) else { return self }
            let old = index < elements.count ? elements[index] : .null
            let new = old.changing(tokens.dropFirst(), to: replacement)
            switch (index < elements.count, new) {
            case (true, let new?): elements[index] = new
            case (true, nil): elements.remove(at: index)
            case (false, let new?): elements.append(new)
            case (false, nil): break
            }
            return .array(elements)
        default:
            return self
        }
    }
}

/// A small deterministic generator (SplitMix64), so that a failure can be run again.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
