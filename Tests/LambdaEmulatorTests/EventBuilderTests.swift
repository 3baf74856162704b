import HTTPServer
import StrictJSON
import TableStore
import Testing

@testable import LambdaEmulator

@Suite("Events")
struct EventBuilderTests {
    private func front(
        _ request: HTTPServerRequest, path: String = "/v1/events/{id}",
        format: RouteDefinition.Format = .httpAPI, api: APIDefinition? = nil
    ) throws -> FrontRequest {
        var table = RouteTable<Bool>()
        table.add(method: "ANY", path: path, true)
        let match = try #require(
            table.match(method: request.method, path: request.path) ?? table.defaultMatch)
        let isREST = format == .restAPI
        let api = api ?? APIDefinition(id: "Api", kind: isREST ? .rest : .http)
        let route = RouteDefinition(function: "f", method: "ANY", path: path, format: format)
        return FrontRequest(
            request: request, context: FrontContext(route, of: api, accountID: "123456789012"),
            parameters: match.parameters.map {
                ($0.name, isREST ? $0.value : PercentEncoding.decode($0.value))
            },
            requestID: "request-1", traceID: "Root=1-2-3;Parent=4;Sampled=0",
            timeMs: 1_795_194_570_123)
    }

    private let request = HTTPServerRequest(
        method: "POST", target: "/v1/events/a%20b?x=1&y=a%2Bb+c&x=2&flag",
        fields: [
            ("Host", "api.example.test:8080"), ("User-Agent", "test/1"),
            ("Content-Type", "application/json"), ("X-Twice", "1"), ("x-twice", "2"),
            ("Cookie", "a=1; b=2"), ("X-Forwarded-For", "10.0.0.1"),
        ], body: Array(#"{"n":"ü"}"#.utf8), localPort: 3_000)

    @Test("an HTTP API event, payload format 2.0")
    func httpAPI() throws {
        let event = HTTPEventBuilder.make(try front(request))
        #expect(
            String(decoding: event, as: UTF8.self) == """
                {"version":"2.0","routeKey":"ANY /v1/events/{id}",\
                "rawPath":"/v1/events/a b","rawQueryString":"x=1&y=a%2Bb+c&x=2&flag",\
                "cookies":["a=1","b=2"],\
                "headers":{"host":"api.example.test:8080","user-agent":"test/1",\
                "content-type":"application/json","x-twice":"1,2",\
                "x-amzn-trace-id":"Root=1-2-3","x-forwarded-for":"10.0.0.1, 127.0.0.1",\
                "x-forwarded-port":"3000","x-forwarded-proto":"http","content-length":"10"},\
                "queryStringParameters":{"x":"1,2","y":"a+b c","flag":""},\
                "requestContext":{"accountId":"123456789012","apiId":"Api",\
                "domainName":"api.example.test","domainPrefix":"api",\
                "http":{"method":"POST","path":"/v1/events/a b","protocol":"HTTP/1.1",\
                "sourceIp":"127.0.0.1","userAgent":"test/1"},"requestId":"request-1",\
                "routeKey":"ANY /v1/events/{id}","stage":"$default",\
                "time":"20/Nov/2026:17:09:30 +0000","timeEpoch":1795194570123},\
                "pathParameters":{"id":"a b"},"body":"{\\"n\\":\\"ü\\"}",\
                "isBase64Encoded":false}
                """)
    }

    @Test("what an HTTP API event has none of is absent")
    func httpAPIAbsent() throws {
        let request = HTTPServerRequest(
            method: "GET", target: "/x", fields: [("Host", "h")], localPort: 1)
        let event = try StrictJSON.parse(
            HTTPEventBuilder.make(try front(request, path: "$default")))
        for name in ["cookies", "queryStringParameters", "pathParameters", "body"] {
            #expect(event[name] == nil, "\(name)")
        }
        #expect(event["routeKey"]?.string == "$default")
        #expect(event["rawQueryString"]?.string == "")
    }

    @Test("a REST API event, where what is empty is null and names are as sent")
    func restAPI() throws {
        let event = RESTEventBuilder.make(
            try front(request, format: .restAPI), isVersion1: false)
        #expect(
            String(decoding: event, as: UTF8.self) == """
                {"resource":"/v1/events/{id}","path":"/v1/events/a%20b","httpMethod":"POST",\
                "headers":{"Host":"api.example.test:8080","User-Agent":"test/1",\
                "Content-Type":"application/json","X-Twice":"2","Cookie":"a=1; b=2",\
                "X-Amzn-Trace-Id":"Root=1-2-3","X-Forwarded-For":"10.0.0.1, 127.0.0.1",\
                "X-Forwarded-Port":"3000","X-Forwarded-Proto":"http"},\
                "multiValueHeaders":{"Host":["api.example.test:8080"],"User-Agent":["test/1"],\
                "Content-Type":["application/json"],"X-Twice":["1","2"],"Cookie":["a=1; b=2"],\
                "X-Amzn-Trace-Id":["Root=1-2-3"],"X-Forwarded-For":["10.0.0.1, 127.0.0.1"],\
                "X-Forwarded-Port":["3000"],"X-Forwarded-Proto":["http"]},\
                "queryStringParameters":{"x":"2","y":"a+b c","flag":""},\
                "multiValueQueryStringParameters":{"x":["1","2"],"y":["a+b c"],"flag":[""]},\
                "pathParameters":{"id":"a%20b"},"stageVariables":null,\
                "requestContext":{"resourceId":"local","resourcePath":"/v1/events/{id}",\
                "httpMethod":"POST","extendedRequestId":"request-1",\
                "requestTime":"20/Nov/2026:17:09:30 +0000","path":"/Prod/v1/events/a%20b",\
                "accountId":"123456789012","protocol":"HTTP/1.1","stage":"Prod",\
                "domainPrefix":"api","requestTimeEpoch":1795194570123,"requestId":"request-1",\
                "identity":{"accessKey":null,"accountId":null,"caller":null,\
                "cognitoAuthenticationProvider":null,"cognitoAuthenticationType":null,\
                "cognitoIdentityId":null,"cognitoIdentityPoolId":null,"principalOrgId":null,\
                "sourceIp":"127.0.0.1","user":null,"userAgent":"test/1","userArn":null},\
                "domainName":"api.example.test","deploymentId":"local","apiId":"Api"},\
                "body":"{\\"n\\":\\"ü\\"}","isBase64Encoded":false}
                """)
        let bare = HTTPServerRequest(method: "GET", target: "/x")
        let empty = try StrictJSON.parse(
            RESTEventBuilder.make(
                try front(bare, path: "/x", format: .restAPI), isVersion1: false))
        for name in [
            "queryStringParameters", "multiValueQueryStringParameters", "pathParameters",
            "stageVariables", "body",
        ] { #expect(empty[name]?.isNull == true, "\(name)") }
    }

    @Test("an HTTP API event, payload format 1.0: decoded, with the stage in its path")
    func httpAPIVersion1() throws {
        let api = APIDefinition(
            id: "Api", kind: .http, stage: "dev", stageVariables: ["b": "2", "a": "1"])
        let front = try front(request, format: .httpAPIVersion1, api: api)
        let event = try StrictJSON.parse(RESTEventBuilder.make(front, isVersion1: true))
        #expect(event["version"]?.string == "1.0")
        #expect(event["path"]?.string == "/dev/v1/events/a b")
        #expect(event["requestContext"]?["path"]?.string == "/dev/v1/events/a b")
        #expect(event["requestContext"]?["resourceId"]?.isNull == true)
        #expect(event["pathParameters"]?["id"]?.string == "a b")
        #expect(event["stageVariables"] == ["a": "1", "b": "2"])
        let event2 = try StrictJSON.parse(HTTPEventBuilder.make(front))
        #expect(event2["rawPath"]?.string == "/dev/v1/events/a b")
        #expect(event2["stageVariables"] == ["a": "1", "b": "2"])
        #expect(event2["requestContext"]?["stage"]?.string == "dev")
    }

    @Test("a function URL's event: the path as it was sent, nobody's account")
    func functionURL() throws {
        let front = FrontRequest(
            request: request, context: FrontContext(urlOf: "f"), parameters: [],
            requestID: "r", traceID: "Root=1", timeMs: 0)
        let event = try StrictJSON.parse(HTTPEventBuilder.make(front, isFunctionURL: true))
        #expect(event["rawPath"]?.string == "/v1/events/a%20b")
        #expect(event["routeKey"]?.string == "$default")
        #expect(event["requestContext"]?["http"]?["path"]?.string == "/v1/events/a%20b")
        #expect(event["requestContext"]?["accountId"]?.string == "anonymous")
        #expect(event["requestContext"]?["apiId"]?.string == "f")
        #expect(event["requestContext"]?["stage"]?.string == "$default")
        #expect(event["pathParameters"] == nil)
        #expect(event["headers"]?["content-length"] == nil)
    }

    @Test("fields of the connection itself are left out, and a trace's id is the client's")
    func fieldsOfConnection() throws {
        let request = HTTPServerRequest(
            method: "GET", target: "/v1/events/1",
            fields: [
                ("Connection", "keep-alive"), ("Expect", "100-continue"), ("TE", "trailers"),
                ("Transfer-Encoding", "chunked"), ("X-Amzn-Trace-Id", "Root=1-9;Sampled=1"),
            ])
        let names = try front(request).fields(areLowercased: true).map(\.name)
        #expect(
            names == [
                "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto",
            ])
        let event = try StrictJSON.parse(HTTPEventBuilder.make(try front(request)))
        #expect(event["headers"]?["x-amzn-trace-id"]?.string == "Root=1-9;Sampled=1")
        #expect(event["headers"]?["content-length"]?.string == "0")
    }

    @Test(
        "an HTTP API's body is base64 unless its type is text and it is UTF-8",
        arguments: [
            ("text/plain", [0x61], "a", false), ("text/plain", [0xFF], "/w==", true),
            ("image/png", [0x61], "YQ==", true), ("application/xml", [0x61], "a", false),
            ("application/x-www-form-urlencoded", [0x61], "YQ==", true),
            ("Application/Octet-Stream; x=1", [0x61, 0x62], "YWI=", true),
            ("application/vnd.x+json", [0x61, 0x62, 0x63], "abc", false),
        ] as [(String, [UInt8], String, Bool)])
    func bodies(type: String, bytes: [UInt8], text: String, isBase64: Bool) throws {
        let request = HTTPServerRequest(
            method: "POST", target: "/v1/events/1", fields: [("Content-Type", type)], body: bytes)
        let body = try #require(try front(request).body())
        #expect(body.text == text)
        #expect(body.isBase64 == isBase64)
    }

    @Test(
        "a REST API's body is base64 when its type is one of the API's binary types",
        arguments: [
            (["image/png"], "image/png; x=1", true), (["image/*"], "Image/GIF", true),
            (["image~1png"], "image/png", true), (["*/*"], "text/plain", true),
            (["image/png"], "image/gif", false), ([], "application/octet-stream", false),
            (["*~1*"], nil, true), (["image/png"], nil, false),
        ] as [([String], String?, Bool)])
    func binaryTypes(types: [String], type: String?, isBase64: Bool) throws {
        let request = HTTPServerRequest(
            method: "POST", target: "/v1/events/1",
            fields: type.map { [("Content-Type", $0)] } ?? [], body: [0x61, 0xFF])
        let api = APIDefinition(id: "Api", kind: .rest, binaryMediaTypes: types)
        let body = try #require(try front(request, format: .restAPI, api: api).body())
        #expect(body.isBase64 == isBase64)
        #expect(body.text == (isBase64 ? "Yf8=" : "a\u{FFFD}"))
    }

    @Test("a table stream event with both images")
    func tableStream() {
        let records = [
            ChangeRecord(
                sequence: 26, kind: .modify, keys: ["id": "a"],
                newImage: ["id": "a", "n": 2], oldImage: ["id": "a", "n": 1],
                atMs: 1_795_194_570_123),
            ChangeRecord(
                sequence: 27, kind: .remove, keys: ["id": "a"], newImage: nil,
                oldImage: ["id": "a"], atMs: 1_795_194_571_000),
        ]
        let event = TableStreamEventBuilder.make(records, streamARN: "arn", region: "r")
        #expect(
            String(decoding: event, as: UTF8.self) == """
                {"Records":[{"eventID":"0000000000000000000000000000001a",\
                "eventName":"MODIFY","eventVersion":"1.1","eventSource":"aws:dynamodb",\
                "awsRegion":"r","dynamodb":{"ApproximateCreationDateTime":1795194570,\
                "Keys":{"id":{"S":"a"}},"NewImage":{"id":{"S":"a"},"n":{"N":"2"}},\
                "OldImage":{"id":{"S":"a"},"n":{"N":"1"}},"SequenceNumber":"26",\
                "SizeBytes":84,"StreamViewType":"NEW_AND_OLD_IMAGES"},"eventSourceARN":"arn"},\
                {"eventID":"0000000000000000000000000000001b","eventName":"REMOVE",\
                "eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"r",\
                "dynamodb":{"ApproximateCreationDateTime":1795194571,"Keys":{"id":{"S":"a"}},\
                "OldImage":{"id":{"S":"a"}},"SequenceNumber":"27","SizeBytes":28,\
                "StreamViewType":"NEW_AND_OLD_IMAGES"},"eventSourceARN":"arn"}]}
                """)
    }
}
