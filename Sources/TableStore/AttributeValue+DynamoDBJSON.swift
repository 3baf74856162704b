public import StrictJSON
import TextEncoding

extension AttributeValue {
    /// The value as DynamoDB writes it in JSON, such as `{"S": "text"}` or `{"N": "42"}`.
    ///
    /// The members of a map are ordered by their names, so equal values give equal JSON.
    ///
    /// Source:
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html>
    public func dynamoDBJSON() -> JSONValue {
        switch self {
        case .string(let text): Self.typed("S", .string(text))
        case .number(let number): Self.typed("N", .string(String(number)))
        case .bool(let truth): Self.typed("BOOL", .bool(truth))
        case .binary(let bytes): Self.typed("B", .string(Base64.encode(bytes)))
        case .null: Self.typed("NULL", .bool(true))
        case .list(let values): Self.typed("L", .array(values.map { $0.dynamoDBJSON() }))
        case .map(let members): Self.typed("M", Self.dynamoDBJSON(members))
        }
    }

    /// Reads a value as DynamoDB writes it in JSON.
    ///
    /// - Throws: `invalid` for a type that is not kept (the sets), for a number that is no 64-bit
    ///   integer, and for anything that is not of DynamoDB's form.
    public init(dynamoDBJSON json: JSONValue) throws(TableStoreError) {
        try self.init(dynamoDBJSON: json, depth: 0)
    }

    /// An item as DynamoDB writes it in JSON, ordered by name.
    public static func dynamoDBJSON(_ item: Item) -> JSONValue {
        let ordered = item.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return .object(ordered.map { JSONMember($0.key, $0.value.dynamoDBJSON()) })
    }

    /// Reads an item as DynamoDB writes it in JSON.
    ///
    /// - Throws: `invalid` as the initializer does.
    public static func item(dynamoDBJSON json: JSONValue) throws(TableStoreError) -> Item {
        try item(dynamoDBJSON: json, depth: 0)
    }

    private static func typed(_ type: String, _ value: JSONValue) -> JSONValue {
        .object([JSONMember(type, value)])
    }

    private static func item(
        dynamoDBJSON json: JSONValue, depth: Int
    ) throws(TableStoreError) -> Item {
        guard case .object(let members) = json else {
            throw .invalid("an attribute map in DynamoDB JSON is not an object")
        }
        var item = Item(minimumCapacity: members.count)
        for member in members {
            item[member.name] = try AttributeValue(dynamoDBJSON: member.value, depth: depth)
        }
        return item
    }

    private init(dynamoDBJSON json: JSONValue, depth: Int) throws(TableStoreError) {
        guard depth <= TableLimits.depthMax else {
            throw .tooLarge("an attribute is nested deeper than \(TableLimits.depthMax) levels")
        }
        guard case .object(let members) = json, members.count == 1 else {
            throw .invalid("an attribute in DynamoDB JSON is not an object of one member")
        }
        switch (members[0].name, members[0].value) {
        case ("S", .string(let text)): self = .string(text)
        case ("N", .string(let digits)):
            guard let number = Int64(digits) else {
                throw .invalid("a number in DynamoDB JSON is not a 64-bit integer")
            }
            self = .number(number)
        case ("BOOL", .bool(let truth)): self = .bool(truth)
        case ("NULL", .bool(true)): self = .null
        case ("B", .string(let text)):
            guard let bytes = Base64.decode(text) else {
                throw .invalid("a binary in DynamoDB JSON is not Base64")
            }
            self = .binary(bytes)
        case ("L", .array(let elements)):
            var values: [AttributeValue] = []
            for element in elements {
                values.append(try AttributeValue(dynamoDBJSON: element, depth: depth + 1))
            }
            self = .list(values)
        case ("M", let members):
            self = .map(try Self.item(dynamoDBJSON: members, depth: depth + 1))
        default: throw .invalid("an attribute in DynamoDB JSON has an unknown type")
        }
    }
}
