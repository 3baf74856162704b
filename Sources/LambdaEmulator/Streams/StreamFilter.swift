internal import StrictJSON
internal import TableStore

/// One pattern of a stream's `FilterCriteria`: which records a function is invoked with.
///
/// Understood are lists of equal texts: on `eventName`, and on an attribute's `S` or `N` in
/// `dynamodb.Keys`, `dynamodb.NewImage` and `dynamodb.OldImage`. All members of a pattern must
/// match, each by one of its texts; a record passes when one of the patterns matches.
/// Source: "Control which events Lambda sends to your function" of the AWS Lambda developer guide.
public struct StreamFilter: Sendable, Hashable {
    enum Image: String, Sendable, CaseIterable {
        case keys = "Keys"
        case newImage = "NewImage"
        case oldImage = "OldImage"
    }

    /// An attribute that must have one of these texts.
    struct Equality: Sendable, Hashable {
        let image: Image
        let attribute: String
        /// `S` or `N`.
        let type: String
        let texts: [String]
    }

    private var eventNames: [String]?
    private var equalities: [Equality] = []

    /// Reads a pattern; nil when it is no JSON, or says more than is understood here.
    public init?(pattern: String) {
        guard let members = (try? StrictJSON.parse(Array(pattern.utf8)))?.object else {
            return nil
        }
        for member in members {
            switch member.name {
            case "eventName":
                guard let names = Self.texts(member.value) else { return nil }
                eventNames = names
            case "dynamodb":
                guard let read = Self.equalities(member.value) else { return nil }
                equalities = read
            default: return nil
            }
        }
    }

    func passes(_ record: ChangeRecord) -> Bool {
        let name = record.kind.rawValue.uppercased()
        if let eventNames, !eventNames.contains(name) { return false }
        return equalities.allSatisfy { $0.matches(record) }
    }

    private static func equalities(_ value: JSONValue) -> [Equality]? {
        guard let images = value.object else { return nil }
        var equalities: [Equality] = []
        for member in images {
            guard let image = Image(rawValue: member.name), let attributes = member.value.object
            else { return nil }
            for attribute in attributes {
                guard let types = attribute.value.object, types.count == 1,
                    let type = types.first, ["S", "N"].contains(type.name),
                    let texts = texts(type.value)
                else { return nil }
                equalities.append(
                    Equality(
                        image: image, attribute: attribute.name, type: type.name, texts: texts))
            }
        }
        return equalities
    }

    /// A list of texts that is not empty; anything else, as `{"prefix": "x"}`, is not understood.
    private static func texts(_ value: JSONValue) -> [String]? {
        guard let items = value.array, !items.isEmpty else { return nil }
        let texts = items.compactMap(\.string)
        return texts.count == items.count ? texts : nil
    }
}

extension StreamFilter.Equality {
    func matches(_ record: ChangeRecord) -> Bool {
        let item =
            switch image {
            case .keys: record.keys
            case .newImage: record.newImage ?? [:]
            case .oldImage: record.oldImage ?? [:]
            }
        // In an event a number is a text, too.
        let found = type == "S" ? item[attribute]?.string : item[attribute]?.number.map(String.init)
        guard let found else { return false }
        return texts.contains { $0.utf8.elementsEqual(found.utf8) }
    }
}
