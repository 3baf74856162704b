import Testing

@testable import LambdaEmulator

@Suite("Answers of functions behind HTTP")
struct HTTPAnswerTests {
    private func answer(
        _ text: String, _ format: RouteDefinition.Format = .httpAPI
    ) throws(HTTPAnswer.Problem) -> HTTPAnswer {
        try HTTPAnswer(payload: Array(text.utf8), format: format)
    }

    @Test("status, fields, cookies and body are taken over")
    func takesOver() throws {
        let answer = try answer(
            #"""
            {"statusCode":201,"headers":{"Content-Type":"text/html","X-N":5,"Content-Length":"9"},
            "cookies":["a=1; Path=/","b=2"],"body":"hi"}
            """#)
        #expect(answer.status == 201)
        #expect(
            answer.fields.map { "\($0.0): \($0.1)" } == [
                "Content-Type: text/html", "X-N: 5", "set-cookie: a=1; Path=/",
                "set-cookie: b=2",
            ])
        #expect(answer.body == Array("hi".utf8))
    }

    @Test("base64 is decoded, a missing body is empty, the type has a default")
    func defaults() throws {
        let decoded = try answer(#"{"statusCode":"200","body":"/w==","isBase64Encoded":true}"#)
        #expect(decoded.body == [0xFF])
        #expect(decoded.fields.map(\.1) == ["text/plain;charset=UTF-8"])
        #expect(try answer(#"{"statusCode":204}"#).body == [])
        let rest = try answer(
            #"{"statusCode":200,"multiValueHeaders":{"X-A":["1","2"]}}"#, .restAPI)
        #expect(rest.fields.map(\.1) == ["1", "2", "application/json"])
    }

    @Test(
        "an HTTP API makes a 200 of any JSON without statusCode",
        arguments: [
            (#"{"a":1}"#, #"{"a":1}"#), ("[1]", "[1]"), ("5", "5"), ("true", "true"),
            (#""hello""#, "hello"), ("null", "null"),
        ])
    func infers(payload: String, body: String) throws {
        let answer = try answer(payload)
        #expect(answer.status == 200)
        #expect(answer.fields.map(\.1) == ["application/json"])
        #expect(String(decoding: answer.body, as: UTF8.self) == body)
    }

    @Test(
        "what is none is explained",
        arguments: [
            ("{", "the function's answer is not JSON: invalidSyntax at byte 1"),
            ("", "the function's answer is not JSON: empty at byte 0"),
            (#"{"statusCode":"x"}"#, "statusCode is not a number from 100 to 599"),
            (#"{"statusCode":99}"#, "statusCode is not a number from 100 to 599"),
            (
                #"{"statusCode":200,"body":{}}"#,
                "body is not a string: serialize it in the function"
            ),
            (#"{"statusCode":200,"headers":{"a":[]}}"#, "a value in headers is not a string"),
            (
                #"{"statusCode":200,"body":"*","isBase64Encoded":true}"#,
                "isBase64Encoded is true, but body is not base64"
            ),
        ])
    func explains(payload: String, explanation: String) {
        let problem = #expect(throws: HTTPAnswer.Problem.self) { try answer(payload) }
        #expect(problem?.explanation == explanation)
    }

    @Test("a REST API needs a status code")
    func restNeedsStatus() {
        let problem = #expect(throws: HTTPAnswer.Problem.self) { try answer("{}", .restAPI) }
        #expect(problem?.explanation == "a REST API needs statusCode in the function's answer")
    }
}
