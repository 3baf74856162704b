import StrictJSON
import Testing

@testable import LambdaEmulator

@Suite("Filters of event sources")
struct EventFilterTests {
    private let record: JSONValue = [
        "name": "Ada Lovelace", "age": 36,
        "score": .number(JSONNumber(text: "1.50") ?? JSONNumber(0)),
        "isNew": true, "nothing": nil, "empty": "", "tags": ["red", "blue"], "numbers": [1, 20],
        "place": ["city": "London", "zone": ["name": "A"]],
    ]

    @Test(
        "rules",
        arguments: [
            ("{}", true), (#"{"name": ["Ada Lovelace"]}"#, true), (#"{"name": ["Ada"]}"#, false),
            (#"{"name": ["x", "Ada Lovelace"]}"#, true), (#"{"age": [36]}"#, true),
            (#"{"age": ["36"]}"#, false), (#"{"age": [36.0]}"#, true),
            (#"{"score": [1.5]}"#, true), (#"{"isNew": [true]}"#, true),
            (#"{"isNew": [false]}"#, false), (#"{"nothing": [null]}"#, true),
            (#"{"empty": [""]}"#, true), (#"{"missing": [""]}"#, false),
            (#"{"name": [{"prefix": "Ada "}]}"#, true), (#"{"name": [{"prefix": "da"}]}"#, false),
            (#"{"name": [{"suffix": "lace"}]}"#, true), (#"{"name": [{"suffix": "lac"}]}"#, false),
            (#"{"age": [{"prefix": "3"}]}"#, false),
            (#"{"name": [{"equals-ignore-case": "aDA lOVELACE"}]}"#, true),
            (#"{"name": [{"equals-ignore-case": "ada"}]}"#, false),
            (#"{"name": [{"anything-but": "Ada Lovelace"}]}"#, false),
            (#"{"name": [{"anything-but": ["Ada", "Eve"]}]}"#, true),
            (#"{"age": [{"anything-but": [36, 37]}]}"#, false),
            (#"{"name": [{"anything-but": {"prefix": "Ad"}}]}"#, false),
            (#"{"name": [{"anything-but": {"suffix": "x"}}]}"#, true),
            (#"{"missing": [{"anything-but": "x"}]}"#, false),
            (#"{"age": [{"numeric": ["=", 36]}]}"#, true),
            (#"{"age": [{"numeric": [">", 30, "<=", 36]}]}"#, true),
            (#"{"age": [{"numeric": [">", 36]}]}"#, false),
            (#"{"age": [{"numeric": ["<", 36]}]}"#, false),
            (#"{"score": [{"numeric": [">=", 1.5, "<", 1.6]}]}"#, true),
            (#"{"name": [{"numeric": [">", 0]}]}"#, false),
            (#"{"name": [{"exists": true}]}"#, true), (#"{"name": [{"exists": false}]}"#, false),
            (#"{"missing": [{"exists": false}]}"#, true),
            (#"{"missing": [{"exists": true}]}"#, false),
            (#"{"place": {"other": [{"exists": false}]}}"#, true),
            (#"{"place": [{"exists": true}]}"#, false),
        ])
    func rules(pattern: String, passes: Bool) throws {
        #expect(try #require(EventFilter(pattern: pattern)).passes(record) == passes)
    }

    @Test(
        "members, lists and alternatives",
        arguments: [
            (#"{"place": {"city": ["London"]}}"#, true),
            (#"{"place": {"city": ["London"], "zone": {"name": ["A"]}}}"#, true),
            (#"{"place": {"city": ["London"], "zone": {"name": ["B"]}}}"#, false),
            (#"{"name": ["Ada Lovelace"], "age": [37]}"#, false),
            (#"{"name": {"first": ["Ada"]}}"#, false),
            (#"{"tags": ["blue"]}"#, true), (#"{"tags": ["green"]}"#, false),
            (#"{"tags": [{"prefix": "re"}]}"#, true),
            (#"{"tags": [{"anything-but": "red"}]}"#, false),
            (#"{"numbers": [{"numeric": [">", 10]}]}"#, true),
            (#"{"$or": [{"age": [1]}, {"name": [{"prefix": "Ada"}]}]}"#, true),
            (#"{"$or": [{"age": [1]}, {"age": [2]}]}"#, false),
            (#"{"isNew": [false], "$or": [{"age": [36]}, {"age": [2]}]}"#, false),
            (#"{"place": {"$or": [{"city": ["Paris"]}, {"zone": {"name": ["A"]}}]}}"#, true),
        ])
    func structures(pattern: String, passes: Bool) throws {
        #expect(try #require(EventFilter(pattern: pattern)).passes(record) == passes)
    }

    @Test(
        "what is no pattern is none",
        arguments: [
            "", "[]", "1", #"{"a": 1}"#, #"{"a": "x"}"#, #"{"a": []}"#, #"{"a": [[1]]}"#,
            #"{"a": [{}]}"#, #"{"a": [{"like": "x"}]}"#, #"{"a": [{"prefix": 1}]}"#,
            #"{"a": [{"prefix": "x", "suffix": "y"}]}"#, #"{"a": [{"exists": "yes"}]}"#,
            #"{"a": [{"numeric": [">"]}]}"#, #"{"a": [{"numeric": ["~", 1]}]}"#,
            #"{"a": [{"numeric": [">", "1"]}]}"#, #"{"a": [{"anything-but": []}]}"#,
            #"{"a": [{"anything-but": {"exists": true}}]}"#, #"{"$or": []}"#, #"{"$or": [1]}"#,
        ])
    func refuses(pattern: String) {
        #expect(EventFilter(pattern: pattern) == nil)
    }

    @Test("which members a pattern is about")
    func looks() throws {
        let filter = try #require(EventFilter(pattern: #"{"body": {"a": [1]}, "x": [1]}"#))
        #expect(filter.looksInto("body"))
        #expect(!filter.looksInto("x"))
        #expect(!filter.asksOnlyFor("body"))
        let names = try #require(EventFilter(pattern: #"{"eventName": ["INSERT"]}"#))
        #expect(names.asksOnlyFor("eventName"))
    }
}
