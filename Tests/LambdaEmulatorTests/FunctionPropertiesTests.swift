import Testing

@testable import LambdaEmulator

@Suite("Properties of functions")
struct FunctionPropertiesTests {
    private func read(_ properties: String) throws(TemplateError) -> Template {
        let text = """
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Runtime: provided.al2023
                  CodeUri: /bin
            """
        let indented = properties.split(separator: "\n").map { "      \($0)" }
        return try TemplateReader.read(
            Array((text + "\n" + indented.joined(separator: "\n")).utf8), file: "template.yaml",
            directory: "/")
    }

    private func environment(_ function: FunctionDefinition) -> [String] {
        FunctionEnvironment(
            definition: function, runtimeAPI: "127.0.0.1:1", logStream: "s", region: "r"
        ).make()
    }

    @Test("reserved concurrency is told from the emulator's own choice, which an option changes")
    func concurrency() throws {
        let unreserved = try #require(try read("Timeout: 3").functions.first)
        #expect(unreserved.concurrencyMax == 10 && !unreserved.isConcurrencyReserved)
        let reserved = try #require(try read("ReservedConcurrentExecutions: 4").functions.first)
        #expect(reserved.concurrencyMax == 4 && reserved.isConcurrencyReserved)
        var configuration = quietConfiguration(Template(functions: [unreserved]))
        configuration.instances.unreservedConcurrencyMax = 3
        let server = EmulatorServer(configuration)
        defer { server.stop() }
        try server.start()
        #expect(server.pool(named: "F")?.definition.concurrencyMax == 3)
    }

    @Test("a template may say how many calls wait when all instances are busy")
    func waiting() throws {
        let text = """
            Resources:
              F:
                Type: AWS::Serverless::Function
                Metadata: {LocalConcurrency: {Waiting: 7}}
                Properties: {Runtime: provided.al2023, CodeUri: /bin}
            """
        let template = try TemplateReader.read(
            Array(text.utf8), file: "template.yaml", directory: "/")
        #expect(template.functions.first?.waitingMax == 7)
    }

    @Test("a JSON log format is told with its level, a log group by its name")
    func logging() throws {
        let template = try read(
            "LoggingConfig: {LogFormat: JSON, ApplicationLogLevel: WARN, LogGroup: mine}")
        let function = try #require(template.functions.first)
        let variables = environment(function).filter { $0.hasPrefix("AWS_LAMBDA_LOG") }
        #expect(
            variables == [
                "AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_GROUP_NAME=mine",
                "AWS_LAMBDA_LOG_LEVEL=WARN", "AWS_LAMBDA_LOG_STREAM_NAME=s",
            ])
    }

    @Test("a text log format is not told, nor one that nothing is said of")
    func textLogging() throws {
        for properties in ["LoggingConfig: {LogFormat: Text}", "Timeout: 3"] {
            let function = try #require(try read(properties).functions.first)
            let variables = environment(function).filter { $0.hasPrefix("AWS_LAMBDA_LOG") }
            #expect(
                variables == [
                    "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/F", "AWS_LAMBDA_LOG_STREAM_NAME=s",
                ])
        }
    }

    @Test("a wrong log format or level is an error with its line")
    func wrongLogging() {
        #expect(throws: TemplateError.self) { try read("LoggingConfig: {LogFormat: XML}") }
        let error = #expect(throws: TemplateError.self) {
            try read("LoggingConfig:\n  LogFormat: JSON\n  ApplicationLogLevel: LOUD")
        }
        #expect(
            error?.description == "template.yaml:9: ApplicationLogLevel: "
                + "one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL was expected")
    }

    @Test("variables that AWS Lambda would not take are warned of")
    func variables() throws {
        let template = try read("Environment:\n  Variables:\n    A-B: 1\n    X1: 1")
        #expect(
            template.warnings.map(\.text).filter { !$0.contains("bootstrap") } == [
                "A-B: AWS Lambda takes no variable of this name"
            ])
    }

    @Test("where a Swift program crashes is printed, unless the template says otherwise")
    func backtrace() throws {
        var function = FunctionDefinition(name: "f", codeDirectory: "/none")
        func setting() -> [String] {
            FunctionEnvironment(
                definition: function, runtimeAPI: "", logStream: "", region: "", backtrace: "a=b"
            ).make().filter { $0.hasPrefix("SWIFT_") }
        }
        #expect(setting() == ["SWIFT_BACKTRACE=a=b"])
        function.environment = ["SWIFT_BACKTRACE": "enable=no"]
        #expect(setting() == ["SWIFT_BACKTRACE=enable=no"])
        #expect(SwiftBacktracer.setting(path: "/none:/proc") == nil)
    }
}
