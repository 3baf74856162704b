import HTTPClient
import LambdaEmulator
import TestSupport
import Testing

/// The library as another package's tests use it: by its public interface alone.
@Suite("The emulator in a test")
struct LibraryTests {
    private static let bootstrap = #"""
        #!/usr/bin/env python3
        import http.client, json, os
        api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        path = "/2018-06-01/runtime/invocation/"
        while True:
            api.request("GET", path + "next")
            response = api.getresponse()
            event = json.loads(response.read())
            headers = response.headers
            answer = path + headers["Lambda-Runtime-Aws-Request-Id"]
            if "context" in event:
                api.request("POST", answer + "/response",
                            headers["Lambda-Runtime-Client-Context"])
            elif "count" in event:
                fields = {"Lambda-Runtime-Function-Response-Mode": "streaming",
                          "Transfer-Encoding": "chunked"}
                pieces = (b"%d\n" % n for n in range(event["count"], 0, -1))
                api.request("POST", answer + "/response", pieces, fields, encode_chunked=True)
            else:
                name = event.get("name", "everybody")
                print("greeting", name, flush=True)
                api.request("POST", answer + "/response", json.dumps("Hello, " + name))
            api.getresponse().read()

        """#

    private static let template = """
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          Stage: {Type: String, Default: test}
        Resources:
          Greeter:
            Type: AWS::Serverless::Function
            Properties:
              FunctionName: greeter
              Runtime: provided.al2023
              Handler: bootstrap
              CodeUri: code
              Timeout: 900
              Environment: {Variables: {STAGE: !Ref Stage}}
              Events:
                Hourly:
                  Type: Schedule
                  Properties: {Name: hourly, Schedule: rate(1 hour)}

        """

    private let folder: TemporaryFolder
    private var templatePath: String { folder.path + "/template.yaml" }

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("template.yaml", Self.template)
        try folder.write("code/bootstrap", Self.bootstrap, mode: 0o755)
    }

    @Test("the example of the README")
    func example() async throws {
        let emulator = try EmulatorServer(template: templatePath)

        let result = try await emulator.invoke("greeter", #"{"name": "Ada"}"#)
        #expect(result.text == #""Hello, Ada""#)
        #expect(result.logText.contains("greeting Ada"))
        #expect(result.report.initNs != nil, "the first invocation starts the process")

        let fired = try await emulator.advance(by: .seconds(2 * 3_600))
        #expect(fired.map(\.source) == [.schedule("hourly"), .schedule("hourly")])
        #expect(emulator.invocations.map(\.result.text).last == #""Hello, everybody""#)
        #expect(emulator.log.contains("greeting everybody"))
    }

    @Test("an answer comes piece by piece, or is one piece")
    func streams() async throws {
        let emulator = try EmulatorServer(template: templatePath)
        let stream = try emulator.invokeStreaming("greeter", #"{"count": 3}"#)
        var text = ""
        for await piece in stream { text += String(decoding: piece, as: UTF8.self) }
        #expect(text == "3\n2\n1\n")
        let result = try await stream.result()
        #expect(result.isStreamed)
        #expect(result.failure == nil)
        #expect(result.payload.isEmpty)

        let buffered = try emulator.invokeStreaming("greeter", "{}")
        var pieces: [[UInt8]] = []
        for await piece in buffered { pieces.append(piece) }
        #expect(pieces == [Array(#""Hello, everybody""#.utf8)])
    }

    @Test("a function that is faster than its reader waits for it; unread pieces are dropped")
    func unread() async throws {
        let emulator = try EmulatorServer(template: templatePath)
        let stream = try emulator.invokeStreaming("greeter", #"{"count": 400000}"#)
        #expect(try await stream.result().isStreamed)
        for await _ in stream { Issue.record("a piece was left") }
        let recorded = try #require(emulator.invocations.last)
        #expect(recorded.answerBytes == 2_688_895)
    }

    @Test("what an asynchronous event has set going is over after settling")
    func settles() async throws {
        let emulator = try EmulatorServer(template: templatePath)
        for _ in 0..<3 {
            let accepted = try await call(
                "\(emulator.url)/2015-03-31/functions/greeter/invocations", method: "POST",
                fields: [HTTPField("X-Amz-Invocation-Type", "Event")], body: #"{"name":"Ada"}"#)
            #expect(accepted.status == 202)
        }
        await emulator.settle()
        #expect(emulator.invocations.map(\.origin) == Array(repeating: .asynchronous, count: 3))
        #expect(emulator.invocations.allSatisfy { $0.result.failure == nil })
    }

    @Test("client context, URL and settings are the caller's")
    func settings() async throws {
        let emulator = try EmulatorServer(template: templatePath, parameters: ["Stage": "x"]) {
            $0.recentInvocationsMax = 1
        }
        let result = try await emulator.invoke(
            "Greeter", #"{"context": 1}"#, clientContext: #"{"custom":{"a":1}}"#)
        #expect(result.text == #"{"custom":{"a":1}}"#)
        #expect(emulator.url == "http://127.0.0.1:\(emulator.port)")
        _ = try await emulator.invoke("greeter", "{}")
        #expect(emulator.invocations.count == 1)
        await emulator.settle()
        emulator.stop()
        await #expect(throws: EmulatorError.notRunning) {
            try await emulator.invoke("greeter", "{}")
        }
    }

    @Test("what is wrong is thrown")
    func mistakes() async throws {
        #expect(throws: TemplateError.self) { try EmulatorServer(template: "/nowhere.yaml") }
        #expect(throws: TemplateError.self) {
            try EmulatorServer(template: templatePath, parameters: ["Nope": ""])
        }
        let emulator = try EmulatorServer(template: templatePath)
        await #expect(throws: EmulatorError.unknownFunction("nope")) {
            try await emulator.invoke("nope", "{}")
        }
        #expect(throws: EmulatorError.self) {
            try EmulatorServer(template: templatePath) { $0.port = emulator.port }
        }
    }

    @Test("hundreds are started and stopped, and nothing of them stays")
    func manyOfThem() async throws {
        func startAndStop(_ count: Int) throws {
            for _ in 0..<count { try EmulatorServer(template: templatePath).stop() }
        }
        try startAndStop(1)
        let weak = try { WeakReference(try EmulatorServer(template: templatePath)) }()
        #expect(weak.value == nil)
        try startAndStop(200)
    }
}

private struct WeakReference {
    weak var value: EmulatorServer?
    init(_ value: EmulatorServer) { self.value = value }
}
