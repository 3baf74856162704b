import StrictJSON
import Testing
import TextEncoding

@testable import LambdaRuntime

@Suite("HTTP events and answers")
struct HTTPEventTests {
    static let version2 = """
        {"version":"2.0","routeKey":"POST /v1/score","rawPath":"/v1/score",\
        "rawQueryString":"a=1&a=2","cookies":["c=1"],\
        "headers":{"Content-Type":"application/json","host":"api.test"},\
        "queryStringParameters":{"a":"1,2"},"pathParameters":{"id":"e 1"},"stageVariables":null,\
        "requestContext":{"accountId":"123456789012","apiId":"api","authentication":null,\
        "authorizer":{"jwt":{"claims":{"scope":"score"}}},"domainName":"api.test",\
        "http":{"method":"POST","path":"/v1/score","protocol":"HTTP/1.1","sourceIp":"192.0.2.1",\
        "userAgent":"agent/1"},"requestId":"r-1","routeKey":"POST /v1/score","stage":"$default",\
        "time":"12/Mar/2026:19:03:58 +0000","timeEpoch":1773342238000},"body":"{\\"x\\":\\"é\\"}",\
        "isBase64Encoded":false}
        """

    /// The least that is an event of version 2.0, and further members.
    private static func minimal(_ members: String) -> String {
        #"{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"GET"}}"# + members
            + "}"
    }

    @Test("an event of version 2.0 needs no more than its path and method")
    func minimalEvent() throws {
        let request = try HTTPAPIRequest(lambdaPayload: Array(Self.minimal("").utf8))
        #expect(
            request
                == HTTPAPIRequest(
                    requestContext: .init(http: .init(path: "/", sourceIP: ""))))
    }

    @Test("an event of version 2.0 is read whole")
    func readsVersion2() throws {
        let request = try HTTPAPIRequest(lambdaPayload: Array(Self.version2.utf8))
        let expected = HTTPAPIRequest(
            routeKey: "POST /v1/score", rawPath: "/v1/score", rawQueryString: "a=1&a=2",
            cookies: ["c=1"], headers: ["content-type": "application/json", "host": "api.test"],
            queryStringParameters: ["a": "1,2"], pathParameters: ["id": "e 1"],
            requestContext: .init(
                http: .init(
                    method: "POST", path: "/v1/score", sourceIP: "192.0.2.1", userAgent: "agent/1"),
                requestID: "r-1", timeEpoch: 1_773_342_238_000, domainName: "api.test",
                accountID: "123456789012", apiID: "api",
                authorizer: ["jwt": ["claims": ["scope": "score"]]]), body: "{\"x\":\"é\"}")
        #expect(request == expected)
        #expect(try request.bodyBytes() == Array("{\"x\":\"é\"}".utf8))
        #expect(try HTTPAPIRequest(lambdaPayload: request.lambdaPayload()) == request)
    }

    @Test("base64 bodies are decoded strictly")
    func base64() throws {
        #expect(try HTTPAPIRequest(body: "AP8=", isBase64Encoded: true).bodyBytes() == [0, 255])
        #expect(try HTTPAPIRequest(body: nil, isBase64Encoded: true).bodyBytes() == [])
        for wrong in ["AP8", "AP9=", "A P8", "AP8=AP8=", "A===", "====", "AP-="] {
            #expect(throws: LambdaEventError.self) {
                try HTTPAPIRequest(body: wrong, isBase64Encoded: true).bodyBytes()
            }
        }
        let pairs: [([UInt8], String)] = [
            ([], ""), ([102], "Zg=="), ([102, 111], "Zm8="), ([102, 111, 111], "Zm9v"),
        ]
        for (bytes, text) in pairs {
            #expect(Base64.encode(bytes) == text)
            #expect(Base64.decode(text) == bytes)
        }
    }

    @Test(
        "events that are no HTTP request of version 2.0 are refused",
        arguments: [
            "{}", "null", "[]", #"{"version":"1.0"}"#, #"{"version":2.0}"#,
            #"{"version":"2.0","rawPath":"/"}"#,
            #"{"version":"2.0","rawPath":"/","requestContext":{}}"#,
            #"{"version":"2.0","rawPath":"/","requestContext":{"http":{}}}"#,
            minimal(#","headers":{"a":1}"#),
            minimal(#","body":{}"#), minimal(#","cookies":[1]"#), minimal(#","isBase64Encoded":1"#),
        ])
    func refuses(_ event: String) {
        #expect(throws: LambdaEventError.self) {
            try HTTPAPIRequest(lambdaPayload: Array(event.utf8))
        }
    }

    @Test("an event that nests deeper than 32 levels is refused")
    func depth() {
        let event = String(repeating: "[", count: 33) + String(repeating: "]", count: 33)
        #expect(throws: LambdaEventError.self) { try JSONValue(lambdaPayload: Array(event.utf8)) }
    }

    @Test("an answer of text is text; one of other bytes is base64")
    func answers() throws {
        let text = HTTPAPIResponse(
            statusCode: 201, headers: ["b": "2", "a": "1"], cookies: ["c=1"],
            bytes: Array("é\"".utf8))
        #expect(
            String(decoding: text.lambdaPayload(), as: UTF8.self)
                == #"{"statusCode":201,"headers":{"a":"1","b":"2"},"cookies":["c=1"],"body":"é\"","#
                + #""isBase64Encoded":false}"#
        )
        let binary = HTTPAPIResponse(statusCode: 200, bytes: [0xFF, 0x00, 0xC3])
        #expect(
            String(decoding: binary.lambdaPayload(), as: UTF8.self)
                == #"{"statusCode":200,"body":"/wDD","isBase64Encoded":true}"#)
        #expect(try binary.bodyBytes() == [0xFF, 0x00, 0xC3])
        #expect(
            String(decoding: HTTPAPIResponse(statusCode: 204).lambdaPayload(), as: UTF8.self)
                == #"{"statusCode":204,"body":"","isBase64Encoded":false}"#)
    }

    @Test("an event of version 1.0 is read, its nulls as nothing")
    func readsVersion1() throws {
        let event = """
            {"resource":"/v1/events/{id}","path":"/v1/events/7","httpMethod":"GET",\
            "headers":{"X-A":"2"},"multiValueHeaders":{"X-A":["1","2"]},\
            "queryStringParameters":null,"multiValueQueryStringParameters":null,\
            "pathParameters":{"id":"7"},"stageVariables":null,"requestContext":{"requestId":"r",\
            "stage":"prod","identity":{"sourceIp":"192.0.2.1","userAgent":"agent"},\
            "requestTimeEpoch":5,"accountId":"1","apiId":"2"},"body":null,"isBase64Encoded":false}
            """
        let request = try RESTAPIRequest(lambdaPayload: Array(event.utf8))
        #expect(request.resource == "/v1/events/{id}")
        #expect(request.path == "/v1/events/7")
        #expect(request.httpMethod == "GET")
        #expect(request.headers == ["x-a": "2"])
        #expect(request.multiValueHeaders == ["X-A": ["1", "2"]])
        #expect(request.queryStringParameters.isEmpty)
        #expect(request.pathParameters == ["id": "7"])
        #expect(request.requestContext.sourceIP == "192.0.2.1")
        #expect(request.requestContext.requestTimeEpoch == 5)
        #expect(try request.bodyBytes() == [])
        let answer = RESTAPIResponse(
            statusCode: 200, multiValueHeaders: ["Set-Cookie": ["a", "b"]], body: "x")
        #expect(
            String(decoding: answer.lambdaPayload(), as: UTF8.self)
                == #"{"statusCode":200,"multiValueHeaders":{"Set-Cookie":["a","b"]},"body":"x","#
                + #""isBase64Encoded":false}"#
        )
    }
}
