import Locking
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator
@testable import LambdaEmulatorTool

@Suite("check, functions, event and logs")
struct OverviewCommandTests {
    private let folder: TemporaryFolder
    private let output = Locked<String>("")
    private let warnings = Locked<[String]>([])

    init() throws { folder = try TemporaryFolder() }

    private var text: String { output.withLock { $0 } }
    private var print: @Sendable ([UInt8]) -> Void {
        { [output] bytes in output.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }
    }

    private func words(_ line: String) -> ArgumentReader {
        ArgumentReader(line.split(separator: " ").map(String.init))
    }

    private func check(_ template: String, _ options: String = "") throws -> Int32 {
        try folder.write("t.yaml", template)
        var words = words("--template \(folder.path)/t.yaml \(options)")
        var command = try CheckCommand(&words)
        command.print = print
        command.warn = { [warnings] line in warnings.withLock { $0.append(line) } }
        return command.run()
    }

    private static let template = """
        Resources:
          A:
            Type: AWS::Serverless::Function
            Properties:
              FunctionName: a
              Runtime: provided.al2023
              CodeUri: code
              Timeout: 60
              FunctionUrlConfig: {AuthType: NONE}
              Events:
                Get: {Type: HttpApi, Properties: {Method: GET, Path: "/a/{id}"}}
                Work: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 5}}
                Daily: {Type: Schedule, Properties: {Name: daily, Schedule: cron(0 8 * * ? *)}}
          Jobs:
            Type: AWS::SQS::Queue
            Properties: {QueueName: jobs, VisibilityTimeout: 60}

        """

    @Test("a template's functions, callers, schedules and queues are told")
    func summary() throws {
        try folder.write("code/bootstrap", "", mode: 0o755)
        #expect(try check(Self.template) == 0)
        #expect(
            text.hasPrefix(
                """
                function  a: 60 s, 128 MB, 10 instances at most
                          GET /a/{id}
                          /lambda-url/a/

                schedule  daily -> a, cron(0 8 * * ? *), next at 2
                """))
        #expect(
            text.hasSuffix("T08:00:00.000Z\n\nmessages  jobs -> a, 5 at most\n\nqueue     jobs\n"))
        #expect(
            warnings.withLock { $0 } == [
                "a: its timeout is 60 s, but its API answers 5xx after 30 s"
            ])
        #expect(try check(Self.template, "--strict") == 1)
    }

    @Test("an error of the template is 2")
    func mistakes() throws {
        #expect(try check("Resources: 1\n") == 2)
        #expect(text.isEmpty)
    }

    @Test("a running emulator's functions are listed with what they do")
    func functions() async throws {
        let template = Template(
            functions: ["one", "other"].map {
                FunctionDefinition(name: $0, codeDirectory: "/none")
            },
            routes: [RouteDefinition(function: "one", method: "GET", path: "/")])
        let emulator = try TestEmulator(template)
        async let result = emulator.server.invoke(function: "one", payload: Array("1".utf8))
        let instance = try await emulator.instance()
        let event = try await instance.next()
        var words = words("--url \(emulator.server.url)")
        var command = try FunctionsCommand(&words)
        command.print = print
        let ready = command
        #expect(try await onThread { ready.run() } == 0)
        #expect(
            text == """
                FUNCTION  STATE  INSTANCES  IN FLIGHT  WAITING  TIMEOUT  MEMORY  CALLED BY
                one       busy   1 of 10    1          0        3 s      128 MB  route:GET /
                other     cold   0 of 10    0          0        3 s      128 MB

                """)
        try await instance.respond(event.requestID, "1")
        _ = try await result
        output.withLock { $0 = "" }
        command.isJSON = true
        let json = command
        #expect(try await onThread { json.run() } == 0)
        let first = try StrictJSON.parse(Array(text.utf8).dropLast())["functions"]?.array?.first
        #expect(first?["state"]?.string == "warm")
        #expect(first?["arn"]?.string == "arn:aws:lambda:us-east-1:123456789012:function:one")
    }

    @Test("no emulator is said in one line")
    func nobody() async throws {
        let url = "http://127.0.0.1:1"
        let client = EmulatorClient(url: url)
        let failure = try await onThread {
            do throws(EmulatorClient.Failure) {
                _ = try client.call("GET", "health")
                return EmulatorClient.Failure(line: "answered", status: 0)
            } catch {
                return error
            }
        }
        #expect(failure.line == "\(url): no emulator listens there: see start, or --url")
        #expect(failure.status == 1)
        var words = words("--url http://127.0.0.1:1")
        let functions = try FunctionsCommand(&words)
        #expect(try await onThread { functions.run() } == 1)
        var others = self.words("f --url http://127.0.0.1:1")
        let logs = try LogsCommand(&others)
        #expect(try await onThread { logs.run() } == 1)
    }

    @Test("the log of a function is shown")
    func logs() async throws {
        let emulator = try TestEmulator(
            Template(functions: [FunctionDefinition(name: "f", codeDirectory: "/none")]))
        let pool = try #require(emulator.server.pool(named: "f"))
        pool.environment.log.lines([Array("hello".utf8)], from: "f")
        pool.environment.log.flush()
        var words = words("f --lines 5 --url \(emulator.server.url)")
        var command = try LogsCommand(&words)
        command.print = print
        let ready = command
        #expect(try await onThread { ready.run() } == 0)
        #expect(text.hasSuffix(" f hello\n"))
        var unknown = self.words("g --url \(emulator.server.url)")
        let other = try LogsCommand(&unknown)
        #expect(try await onThread { other.run() } == 1)
    }

    private func event(_ line: String) throws -> JSONValue {
        output.withLock { $0 = "" }
        var words = words(line)
        var command = try EventCommand(&words)
        command.print = print
        #expect(command.run() == 0)
        return try StrictJSON.parse(Array(text.utf8), limits: JSONLimits(depthMax: 64))
    }

    @Test("each sample is of its kind")
    func events() throws {
        #expect(try event("httpApi")["version"]?.string == "2.0")
        #expect(try event("httpApi")["pathParameters"]?["id"]?.string == "42")
        #expect(try event("restApi")["resource"]?.string == "/items/{id}")
        #expect(
            try event("functionUrl")["requestContext"]?["accountId"]?.string == "anonymous")
        #expect(try event("schedule")["source"]?.string == "aws.events")
        #expect(try event("scheduler")["source"]?.string == "aws.scheduler")
        let records = try event("dynamodb")["Records"]?.array
        #expect(
            records?.compactMap { $0["eventName"]?.string } == ["INSERT", "MODIFY", "REMOVE"])
        #expect(try event("direct")["name"]?.string == "Ada")
    }

    @Test("texts are put into a sample, and it is the same each time")
    func settings() throws {
        let set = try event("httpApi --set /body=hello --set /headers/x=y --compact")
        #expect(set["body"]?.string == "hello")
        #expect(set["headers"]?["x"]?.string == "y")
        #expect(text.split(separator: "\n").count == 1)
        let first = try event("httpApi")
        #expect(try event("httpApi") == first)
        var words = words("direct --set /a/b=c")
        let nowhere = try EventCommand(&words)
        #expect(nowhere.run() == 2)
    }
}
