import HTTPServer
import Testing

@testable import LambdaEmulator

@Suite("Answers of functions behind HTTP")
struct HTTPAnswerTests {
    private static let httpAPI = Gateway.httpAPI(isVersion1: false)

    private func answer(
        _ text: String, _ gateway: Gateway = httpAPI
    ) throws(AnswerProblem) -> HTTPServerAnswer {
        try HTTPAnswer.read(Array(text.utf8), gateway).answer
    }

    private func fields(_ answer: HTTPServerAnswer) -> [String] {
        answer.fields.map { "\($0.0): \($0.1)" }
    }

    @Test("status, fields, cookies and body are taken over; a name twice is the last one's")
    func takesOver() throws {
        let answer = try answer(
            #"""
            {"statusCode":200, "statusCode" : 201,
            "headers":{"Content-Type":"text/html","X-N":5,"X-B":true,"X-0":null,
            "Content-Length":"9","Connection":"close"},
            "multiValueHeaders":{"X-Not":["here"]}, "other":{"a":[1]},
            "cookies":["a=1; Path=/","b=2"],"body":"h\u00fc\n","isBase64Encoded":false}
            """#)
        #expect(answer.status == 201)
        #expect(
            fields(answer) == [
                "Content-Type: text/html", "X-N: 5", "X-B: true", "set-cookie: a=1; Path=/",
                "set-cookie: b=2",
            ])
        #expect(answer.body == Array("hü\n".utf8))
    }

    @Test("base64 is decoded, a missing body is empty, the type has a default")
    func defaults() throws {
        let decoded = try answer(#"{"statusCode":"200","body":"/w","isBase64Encoded":true}"#)
        #expect(decoded.body == [0xFF])
        #expect(fields(decoded) == ["content-type: text/plain;charset=UTF-8"])
        #expect(try answer(#"{"statusCode":204,"headers":null}"#).body == [])
        let url = try answer(#"{"statusCode":200}"#, .functionURL)
        #expect(fields(url) == ["content-type: application/json"])
    }

    @Test("a REST API merges both kinds of headers, renames some and knows no cookies")
    func restFields() throws {
        let rest = try answer(
            #"""
            {"statusCode":200,"headers":{"X-A":"1","X-B":"3","WWW-Authenticate":"Basic"},
            "multiValueHeaders":{"X-A":["1","2"]},"cookies":["a=1"]}
            """#, .restAPI)
        #expect(
            fields(rest) == [
                "X-B: 3", "x-amzn-Remapped-WWW-Authenticate: Basic", "X-A: 1", "X-A: 2",
                "content-type: application/json",
            ])
        let version1 = try answer(
            #"{"statusCode":200,"multiValueHeaders":{"X-A":["1"]}}"#, .httpAPI(isVersion1: true))
        #expect(fields(version1) == ["X-A: 1", "content-type: text/plain;charset=UTF-8"])
    }

    @Test("a REST API's base64 stays for a client that does not accept the type")
    func keepsBase64() throws {
        let payload = Array(#"{"statusCode":200,"body":"/w==","isBase64Encoded":true}"#.utf8)
        let kept = try HTTPAnswer.read(payload, .restAPI, wantsBytes: false)
        #expect(kept.answer.body == Array("/w==".utf8))
        #expect(kept.hint?.hasSuffix("the client gets base64") == true)
    }

    @Test(
        "an HTTP API makes a 200 of anything without statusCode, JSON or not",
        arguments: [
            (#"{"a":1}"#, #"{"a":1}"#), ("[1]", "[1]"), ("5", "5"), ("true", "true"),
            (#""hello""#, "hello"), (#""Special \"quoted\"""#, #"Special "quoted""#),
            ("null", "null"), ("", ""), (#"{"name": "x", "age":"#, #"{"name": "x", "age":"#),
            ("Hello, World!", "Hello, World!"), (#"{"headers":5}"#, #"{"headers":5}"#),
        ])
    func infers(payload: String, body: String) throws {
        for gateway in [Self.httpAPI, .functionURL] {
            let answer = try answer(payload, gateway)
            #expect(answer.status == 200)
            #expect(fields(answer) == ["content-type: application/json"])
            #expect(String(decoding: answer.body, as: UTF8.self) == body)
        }
    }

    @Test(
        "what is none is explained, with its place",
        arguments: [
            (
                #"{"statusCode":"x"}"#,
                "statusCode (byte 14): a whole number from 200 to 599 was expected, "
                    + "a string was found"
            ),
            (
                #"{"statusCode":200.5}"#,
                "statusCode (byte 14): a whole number from 200 to 599 was expected"
            ),
            (
                #"{ "statusCode": 199}"#,
                "statusCode (byte 16): a whole number from 200 to 599 was expected"
            ),
            (
                #"{"statusCode":200,"body":{}}"#,
                "body (byte 25): a string (the function has to serialize what it holds) was "
                    + "expected, an object was found"
            ),
            (
                #"{"statusCode":200,"headers":{"a":[]}}"#,
                "headers/a (byte 33): a string was expected, an array was found"
            ),
            (
                #"{"statusCode":200,"headers":[]}"#,
                "headers (byte 28): an object was expected, an array was found"
            ),
            (
                #"{"statusCode":200,"headers":{"a b":"c"}}"#,
                "headers (byte 35): a header's name before it was expected"
            ),
            (
                #"{"statusCode":200,"headers":{"a":"b\nc"}}"#,
                "headers/a (byte 33): a text without control characters was expected"
            ),
            (
                #"{"statusCode":200,"cookies":["a",{}]}"#,
                "cookies/1 (byte 33): a string was expected, an object was found"
            ),
            (
                #"{"statusCode":200,"isBase64Encoded":"true"}"#,
                "isBase64Encoded (byte 36): true or false was expected, a string was found"
            ),
            (
                #"{"statusCode":200,"body":"*","isBase64Encoded":true}"#,
                "body (byte 25): base64 (isBase64Encoded is true) was expected"
            ),
        ])
    func explains(payload: String, explanation: String) {
        let problem = #expect(throws: AnswerProblem.self) { try answer(payload) }
        #expect(problem?.explanation == explanation)
    }

    @Test(
        "a REST API, and an HTTP API with payload format 1.0, need an answer with a status",
        arguments: [
            ("{", "it is not JSON from byte 1 on"), ("", "it is not JSON from byte 0 on"),
            ("{}", "statusCode was expected in it, and there is none"),
            (#""x""#, "statusCode was expected in it, and there is none"),
        ])
    func needsStatus(payload: String, explanation: String) {
        for gateway in [Gateway.restAPI, .httpAPI(isVersion1: true)] {
            let problem = #expect(throws: AnswerProblem.self) { try answer(payload, gateway) }
            #expect(problem?.explanation == explanation)
        }
    }

    @Test(
        "what of an answer is passed over is told",
        arguments: [
            (httpAPI, #"{"statusCode":200,"multiValueHeaders":{"a":["b"]}}"#, "multiValueHeaders"),
            (.restAPI, #"{"statusCode":200,"cookies":["a=b"]}"#, "cookies"),
            (httpAPI, "{", "its answer is not JSON (byte 1)"), (httpAPI, "{}", nil),
            (.functionURL, #"{"statusCode":200,"cookies":["a=b"]}"#, nil),
        ] as [(Gateway, String, String?)])
    func hints(gateway: Gateway, payload: String, hint: String?) throws {
        let told = try HTTPAnswer.read(Array(payload.utf8), gateway).hint
        #expect(told.map { $0.hasPrefix(hint ?? "nothing") } == hint.map { _ in true })
    }

    @Test("a prelude ends with 8 NULs, wherever the pieces end")
    func readsPrelude() throws {
        let text =
            #"{"statusCode":201,"headers":{"X-A":"1"},"multiValueHeaders":{"X-M":["2","3"]},"#
            + #""cookies":["c=1"]}"#
        let bytes = Array(text.utf8) + Array(repeating: 0, count: 8) + Array("body\0".utf8)
        for cut in [1, text.utf8.count, text.utf8.count + 3, text.utf8.count + 8] {
            var prelude = StreamPrelude()
            var head = try prelude.add(bytes[..<cut], Self.httpAPI)
            var body = head?.body ?? []
            if head == nil {
                head = try prelude.add(bytes[cut...], Self.httpAPI)
                body = head?.body ?? []
            } else {
                body += bytes[cut...]
            }
            let answer = try #require(head)
            #expect(answer.status == 201)
            #expect(
                fields(answer) == [
                    "X-A: 1", "X-M: 2", "X-M: 3", "set-cookie: c=1",
                    "content-type: application/octet-stream",
                ])
            #expect(body == Array("body\0".utf8))
        }
    }

    @Test(
        "a bad prelude is explained",
        arguments: [
            ("{}", "8 NULs were expected behind its prelude, within 2 bytes are none"),
            ("[]\0\0\0\0\0\0\0\0", "an object was expected before the 8 NULs"),
            ("{\0\0\0\0\0\0\0\0", "it is not JSON from byte 1 on"),
            (
                "{\"statusCode\":1}\0\0\0\0\0\0\0\0",
                "statusCode (byte 14): a whole number from 200 to 599 was expected"
            ),
        ])
    func explainsPrelude(text: String, explanation: String) {
        let problem = #expect(throws: AnswerProblem.self) {
            try StreamPrelude.read(Array(text.utf8), Self.httpAPI)
        }
        #expect(problem?.explanation == explanation)
    }
}
