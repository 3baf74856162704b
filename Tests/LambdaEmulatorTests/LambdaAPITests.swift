import HTTPClient
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Lambda API")
struct LambdaAPITests {
    private func emulator() throws -> TestEmulator {
        var aliased = FunctionDefinition(name: "my-f", logicalID: "F", codeDirectory: "/none")
        aliased.alias = "live"
        return try TestEmulator(
            Template(
                functions: [
                    aliased,
                    FunctionDefinition(name: "g", codeDirectory: "/none", concurrencyMax: 0),
                ],
                functionURLs: [FunctionURLDefinition(function: "my-f", isStreamed: true)]))
    }

    @Test(
        "a function's name, with its version",
        arguments: [
            ("f", "f", nil), ("f:$LATEST", "f", "$LATEST"), ("f:prod", "f", "prod"),
            ("123456789012:function:f", "f", nil), ("function:f:1", "f", "1"),
            ("arn:aws:lambda:us-east-1:123456789012:function:a_b-c.d:1", "a_b-c.d", "1"),
        ] as [(String, String, String?)])
    func readsReferences(text: String, name: String, qualifier: String?) {
        let reference = FunctionReference(text)
        #expect(reference?.name == name)
        #expect(reference?.qualifier == qualifier)
    }

    @Test(
        "what is none",
        arguments: ["", ":", "a b", "f:", "f:$OTHER", "arn:aws:s3:::b", "f:1:2", "ü", "function:"])
    func refusesReferences(text: String) {
        #expect(FunctionReference(text) == nil)
    }

    @Test(
        "a qualifier is in the name or in the query, and is the only version",
        arguments: [
            ("my-f", "$LATEST", 204, ""), ("my-f", "%24LATEST", 204, ""),
            ("my-f:$LATEST", "$LATEST", 204, ""), ("my-f:live", "", 204, ""),
            ("my-f", "live", 204, ""), ("g", "live", 404, "ResourceNotFoundException"),
            ("my-f", "prod", 404, "ResourceNotFoundException"),
            ("my-f:1", "$LATEST", 400, "InvalidParameterValueException"),
            ("my-f", "a%20b", 400, "InvalidParameterValueException"),
            ("my%20f", "", 400, "ValidationException"),
        ])
    func qualifies(name: String, qualifier: String, status: Int, type: String) async throws {
        let emulator = try emulator()
        let query = qualifier.isEmpty ? "" : "?Qualifier=\(qualifier)"
        let answer = try await emulator.call(
            "POST", "/2015-03-31/functions/\(name)/invocations\(query)",
            [("X-Amz-Invocation-Type", "DryRun")])
        #expect(answer.status == status)
        #expect(answer.field("x-amzn-ErrorType") ?? "" == type)
    }

    @Test("functions are listed and told of")
    func tells() async throws {
        let emulator = try emulator()
        let list = try await emulator.call("GET", "/2015-03-31/functions/")
        let functions = try StrictJSON.parse(list.body)["Functions"]?.array
        #expect(functions?.map { $0["FunctionName"]?.string } == ["my-f", "g"])
        let one = try await emulator.call("GET", "/2015-03-31/functions/F")
        let whole = try StrictJSON.parse(one.body)
        #expect(whole["Configuration"]?["State"]?.string == "Active")
        #expect(whole["Configuration"]?["Timeout"]?.number?.integer == 3)
        #expect(
            whole["Configuration"]?["FunctionArn"]?.string
                == "arn:aws:lambda:us-east-1:123456789012:function:my-f")
        let configuration = try await emulator.call("GET", "/2015-03-31/functions/g/configuration")
        #expect(try StrictJSON.parse(configuration.body)["MemorySize"]?.number?.integer == 128)
        let concurrency = try await emulator.call("GET", "/2019-09-30/functions/g/concurrency")
        #expect(concurrency.text == #"{"ReservedConcurrentExecutions":0}"#)
        let url = try StrictJSON.parse(
            try await emulator.call("GET", "/2021-10-31/functions/my-f/url").body)
        #expect(
            url["FunctionUrl"]?.string
                == "http://my-f.lambda-url.localhost:\(emulator.port)/")
        #expect(url["InvokeMode"]?.string == "RESPONSE_STREAM")
    }

    @Test(
        "what is not there, or not known, says so",
        arguments: [
            ("GET", "/2015-03-31/functions/nope", 404, "ResourceNotFoundException"),
            ("GET", "/2021-10-31/functions/g/url", 404, "ResourceNotFoundException"),
            ("POST", "/2015-03-31/functions", 501, "NotImplementedException"),
            ("DELETE", "/2015-03-31/functions/g", 501, "NotImplementedException"),
            ("GET", "/2015-03-31/event-source-mappings/", 501, "NotImplementedException"),
            ("PUT", "/2017-10-31/functions/g/concurrency", 501, "NotImplementedException"),
            ("GET", "/2015-03-31/functions/g/invocations", 501, "NotImplementedException"),
        ])
    func saysWhatIsNot(method: String, path: String, status: Int, type: String) async throws {
        let emulator = try emulator()
        let answer = try await emulator.call(method, path)
        #expect(answer.status == status)
        #expect(answer.field("x-amzn-ErrorType") == type)
        #expect(try StrictJSON.parse(answer.body)["Message"]?.string?.isEmpty == false)
    }

    @Test("reserved concurrency 0 throttles every call, with AWS's reason")
    func throttles() async throws {
        let emulator = try emulator()
        let answer = try await emulator.invoke("g")
        #expect(answer.status == 429)
        #expect(answer.field("x-amzn-ErrorType") == "TooManyRequestsException")
        #expect(
            answer.text == #"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","#
                + #""Type":"User","Message":"Rate Exceeded."}"#)
    }

    @Test("a body of more than the server reads has the API's error, too")
    func refusesHugeBodies() async throws {
        let emulator = try emulator()
        let client = try emulator.client()
        client.send(
            "POST /2015-03-31/functions/g/invocations HTTP/1.1\r\nHost: localhost\r\n"
                + "Expect: 100-continue\r\nContent-Length: 20000000\r\n\r\n")
        let answer = client.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 413"))
        #expect(answer.contains("x-amzn-ErrorType: RequestTooLargeException\r\n"))
    }

    @Test("InvokeAsync queues the event")
    func invokesAsync() async throws {
        let emulator = try emulator()
        let accepted = try await emulator.call(
            "POST", "/2014-11-13/functions/my-f/invoke-async/", body: "[1]")
        #expect(accepted.status == 202)
        #expect(accepted.text == #"{"Status":202}"#)
        #expect(try await emulator.serve("null").body == "[1]")
    }

    @Test("a page of another site is refused")
    func refusesOtherSites() async throws {
        let emulator = try emulator()
        let answer = try await emulator.invoke("my-f", [("Origin", "https://example.com")])
        #expect(answer.status == 403)
        #expect(answer.field("x-amzn-ErrorType") == "AccessDeniedException")
    }

    @Test("a client context goes on in one line; what is none is refused")
    func clientContext() async throws {
        let emulator = try emulator()
        async let response = emulator.invoke(
            "my-f", [("X-Amz-Client-Context", "ewoiYSI6IDEKfQ=="), ("X-Amz-Tenant-Id", "blue 1")])
        let event = try await emulator.serve("1")
        #expect(event.field("Lambda-Runtime-Client-Context") == #"{ "a": 1 }"#)
        #expect(event.field("Lambda-Runtime-Aws-Tenant-Id") == "blue 1")
        #expect(try await response.status == 200)
        for value in ["e30", "ew==", "????"] {
            let refused = try await emulator.invoke("my-f", [("X-Amz-Client-Context", value)])
            #expect(refused.field("x-amzn-ErrorType") == "InvalidRequestContentException")
        }
        let tenant = try await emulator.invoke("my-f", [("X-Amz-Tenant-Id", "a*b")])
        #expect(tenant.field("x-amzn-ErrorType") == "InvalidParameterValueException")
    }
}
