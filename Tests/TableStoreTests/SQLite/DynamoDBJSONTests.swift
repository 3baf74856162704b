import StrictJSON
import Testing

@testable import TableStore

@Suite("DynamoDB's JSON")
struct DynamoDBJSONTests {
    @Test("Every type has its letter")
    func letters() {
        let item: Item = [
            "s": "t", "n": -5, "t": true, "b": .binary([1, 2, 255]), "z": .null, "l": [1, "x"],
            "m": ["b": 2, "a": 1],
        ]
        let json = String(decoding: AttributeValue.dynamoDBJSON(item).serialized(), as: UTF8.self)
        let expected = """
            {"b":{"B":"AQL/"},"l":{"L":[{"N":"1"},{"S":"x"}]},\
            "m":{"M":{"a":{"N":"1"},"b":{"N":"2"}}},"n":{"N":"-5"},"s":{"S":"t"},\
            "t":{"BOOL":true},"z":{"NULL":true}}
            """
        #expect(json == expected)
    }

    @Test("500 random items come back as they were")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<500 {
            let item = generator.item()
            let json = AttributeValue.dynamoDBJSON(item)
            #expect(try AttributeValue.item(dynamoDBJSON: json) == item)
        }
    }

    @Test(
        "What is not kept or not DynamoDB's is refused",
        arguments: [
            #"{"N":"1.5"}"#, #"{"N":"9223372036854775808"}"#, #"{"N":"1e3"}"#, #"{"N":1}"#,
            #"{"N":""}"#, #"{"S":1}"#, #"{"SS":["a"]}"#, #"{"NS":["1"]}"#, #"{"BS":["AQ=="]}"#,
            #"{"B":"?"}"#, #"{"B":"AQ"}"#, #"{"NULL":false}"#, #"{"BOOL":"true"}"#, #"{"L":{}}"#,
            #"{"M":[]}"#, #"{"X":1}"#, "{}", #"{"S":"a","N":"1"}"#, #""a""#, #"{"L":["a"]}"#,
        ])
    func refused(_ text: String) throws {
        let json = try StrictJSON.parse(Array(text.utf8))
        #expect {
            try AttributeValue(dynamoDBJSON: json)
        } throws: {
            ($0 as? TableStoreError)?.code == "invalid"
        }
    }

    @Test("Nesting has an end")
    func depth() {
        var json = JSONValue.object([JSONMember("NULL", .bool(true))])
        for _ in 0..<40 { json = .object([JSONMember("L", .array([json]))]) }
        let nested = json
        #expect {
            try AttributeValue(dynamoDBJSON: nested)
        } throws: {
            ($0 as? TableStoreError)?.code == "too_large"
        }
    }
}
