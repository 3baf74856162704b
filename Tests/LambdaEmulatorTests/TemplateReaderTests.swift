import Testing

@testable import LambdaEmulator

@Suite("SAM template")
struct TemplateReaderTests {
    private func read(
        _ text: String, _ parameters: [String: String] = [:]
    ) throws(TemplateError) -> Template {
        try TemplateReader.read(
            Array(text.utf8), file: "template.yaml", directory: "/project/infra",
            parameters: parameters)
    }

    private static let complete = """
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          StoreURL: {Type: String}
          Wait: {Type: Number, Default: 7}
          Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
        Conditions:
          IsProd: !Equals [!Ref Stage, prod]
          IsDev: !Not [!Condition IsProd]
        Mappings:
          Levels: {dev: {Log: debug}, prod: {Log: info}}
        Globals:
          Function:
            Runtime: provided.al2023
            Handler: bootstrap
            Timeout: !Ref Wait
            Environment:
              Variables: {STORE: !Ref StoreURL, STAGE: global}
        Resources:
          Api: {Type: AWS::Serverless::HttpApi}
          OutboxTable:
            Type: AWS::DynamoDB::Table
            Metadata:
              LocalTable: {Store: !Ref StoreURL, Name: webhook_outbox}
            Properties: {TableName: outbox}
          Score:
            Type: AWS::Serverless::Function
            Properties:
              CodeUri: ../.build/score/
              FunctionName: !Sub "${AWS::StackName}-score"
              MemorySize: 256
              ReservedConcurrentExecutions: 4
              Policies: [AWSLambdaBasicExecutionRole]
              Environment:
                Variables:
                  STAGE: !Ref Stage
                  TABLE: !Ref OutboxTable
                  ARN: !GetAtt OutboxTable.Arn
                  JOINED: !Join ["-", [a, !Ref "AWS::Region"]]
                  LONG: {"Fn::Sub": ["${x}-${!y}-${OutboxTable.Arn}", {x: 1}]}
                  LEVEL: !FindInMap [Levels, !Ref Stage, Log]
                  NONE: !If [IsProd, x, !Ref "AWS::NoValue"]
                  SELECTED: !Select [1, !Split [",", "p,q"]]
              Events:
                Post: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /v1/score, Method: post}}
                Rest: {Type: Api, Properties: {Path: "/r/{id}", Method: any}}
                All: {Type: HttpApi}
                Hourly: {Type: Schedule, Properties: {Schedule: rate(1 hour), Input: "{}"}}
                Daily:
                  Type: ScheduleV2
                  Properties: {ScheduleExpression: "cron(0 8 * * ? *)", Name: morning}
                Off: {Type: Schedule, Properties: {Schedule: rate(1 hour), Enabled: false}}
                Changes:
                  Type: DynamoDB
                  Properties:
                    Stream: !GetAtt OutboxTable.StreamArn
                    StartingPosition: TRIM_HORIZON
                    BatchSize: 25
          OnlyProd:
            Type: AWS::Serverless::Function
            Condition: IsProd
            Properties: {CodeUri: none}
        Outputs:
          Url: {Value: !ImportValue nothing}
        """

    @Test("reads functions with parameters, intrinsic functions and globals resolved")
    func readsFunctions() throws {
        let template = try read(Self.complete, ["StoreURL": "sqlite:/data/t.db"])
        let function = try #require(template.functions.first)
        #expect(template.functions.count == 1)
        var expected = FunctionDefinition(
            name: "local-score", logicalID: "Score",
            codeDirectory: "/project/.build/score", timeoutMs: 7_000, memoryMB: 256,
            environment: [
                "STORE": "sqlite:/data/t.db", "STAGE": "dev", "TABLE": "outbox",
                "ARN": "arn:aws:dynamodb:us-east-1:123456789012:table/outbox",
                "JOINED": "a-us-east-1",
                "LONG": "1-${y}-arn:aws:dynamodb:us-east-1:123456789012:table/outbox",
                "LEVEL": "debug", "SELECTED": "q",
            ], concurrencyMax: 4)
        expected.isConcurrencyReserved = true
        #expect(function == expected)
        #expect(template.function(named: "Score") == function)
        #expect(
            template.warnings.map(\.text) == [
                "local-score: /project/.build/score/bootstrap is not an executable file"
            ])
    }

    @Test("reads routes, schedules and streams")
    func readsEvents() throws {
        let template = try read(
            Self.complete, ["StoreURL": "sqlite:/data/t.db", "Stage": "prod"])
        let name = "local-score"
        #expect(template.functions.map(\.name) == [name, "OnlyProd"])
        #expect(
            template.routes == [
                RouteDefinition(function: name, method: "POST", path: "/v1/score", api: "Api"),
                RouteDefinition(
                    function: name, method: "ANY", path: "/r/{id}", format: .restAPI),
                RouteDefinition(function: name, method: "ANY", path: "$default"),
            ])
        #expect(
            template.schedules == [
                ScheduleDefinition(
                    function: name, name: "ScoreHourly", expression: .rate(minutes: 60), input: "{}"
                ),
                ScheduleDefinition(
                    function: name, name: "morning",
                    expression: try #require(ScheduleExpression("cron(0 8 * * ? *)")),
                    service: .scheduler),
            ])
        #expect(
            template.streams == [
                StreamDefinition(
                    function: name, table: "OutboxTable", storePath: "/data/t.db",
                    tableName: "webhook_outbox", batchSize: 25)
            ])
    }

    @Test("patterns of a stream are read; one that is not understood lets every record pass")
    func readsFilters() throws {
        let insert = #"{"eventName": ["INSERT"]}"#
        let unknown = #"{"eventName": [{"like": "I"}]}"#
        let one = try read(Self.stream([insert]))
        #expect(one.streams.map(\.filters) == [[try #require(EventFilter(pattern: insert))]])
        #expect(one.warnings.count == 1, "only of the bootstrap that is not there")
        let two = try read(Self.stream([insert, unknown]))
        #expect(two.streams.map(\.filters) == [[]])
        #expect(
            two.warnings.map(\.description).last
                == "template.yaml:17: Pattern: is not understood: every record passes")
    }

    /// One function with a stream; each pattern has a line, from 16 on.
    private static func stream(_ patterns: [String]) -> String {
        """
        Resources:
          T:
            Type: AWS::DynamoDB::Table
            Metadata: {LocalTable: {Store: "sqlite:/t.db", Name: t}}
          F:
            Type: AWS::Serverless::Function
            Properties:
              CodeUri: f
              Runtime: provided.al2023
              Events:
                E:
                  Type: DynamoDB
                  Properties:
                    Stream: !GetAtt T.StreamArn
                    FilterCriteria: {Filters: [
                      \(patterns.map { "{Pattern: '\($0)'}" }.joined(separator: ",\n"))]}
        """
    }

    @Test(
        "how many invocations an instance takes is declared for AWS, or for this machine alone",
        arguments: [
            ("{}", "", 1),
            ("{}", "CapacityProviderConfig: {Arn: a, PerExecutionEnvironmentMaxConcurrency: 8}", 8),
            ("{LocalConcurrency: {PerInstance: 16}}", "", 16),
            ("{LocalConcurrency: {Waiting: 0}}", "", 1),
            (
                "{LocalConcurrency: {PerInstance: 1}}",
                "CapacityProviderConfig: {PerExecutionEnvironmentMaxConcurrency: 8}", 1
            ),
        ])
    func readsConcurrency(metadata: String, properties: String, count: Int) throws {
        let template = try read(Self.function(properties, metadata: metadata))
        #expect(template.functions.map(\.invocationsPerInstanceMax) == [count])
        #expect(template.warnings.count == 1, "only of the bootstrap that is not there")
    }

    private static func function(_ properties: String, metadata: String = "{}") -> String {
        """
        Resources:
          F:
            Type: AWS::Serverless::Function
            Metadata: \(metadata)
            Properties:
              CodeUri: f
              Runtime: provided.al2023
              \(properties)
        """
    }

    private static let two = """
        Parameters: {Store: {Type: String}, Other: {Type: String}}
        Resources:
          A:
            Type: AWS::Serverless::Function
            Properties:
              FunctionName: first
              CodeUri: a
              Runtime: provided.al2023
              Environment: {Variables: {STORE: !Sub "${Store}"}}
          B:
            Type: AWS::Serverless::Function
            Properties: {CodeUri: b, Runtime: provided.al2023}
        """

    @Test("of one function only what it uses needs a value", arguments: ["first", "A", "B"])
    func only(_ name: String) throws {
        let needed = name == "B" ? [:] : ["Store": "s"]
        let template = try TemplateReader.read(
            Array(Self.two.utf8), file: "template.yaml", directory: "/project",
            parameters: needed, only: name)
        #expect(template.functions.map(\.logicalID) == [name == "B" ? "B" : "A"])
        #expect(template.functions.first?.environment == (name == "B" ? [:] : ["STORE": "s"]))
    }

    @Test(
        "what is missing, for one function or for all, is named",
        arguments: [
            ("A", "template.yaml:1: Store: a value was expected: --parameter Store=VALUE"),
            ("C", "template.yaml: C: is not one of the functions: first, B"),
            (nil, "template.yaml:1: Store: a value was expected: --parameter Store=VALUE"),
        ])
    func missing(_ only: String?, _ message: String) {
        let error = #expect(throws: TemplateError.self) {
            try TemplateReader.read(
                Array(Self.two.utf8), file: "template.yaml", directory: "/project", only: only)
        }
        #expect(error?.description == message)
    }

    private static let mistakes: [(text: String, error: String)] = [
        ("a: [", "template.yaml:2: YAML: did not find expected node content"),
        ("a: 1\na: 2", "template.yaml:2: a: each key once was expected"),
        ("a: 1", "template.yaml:1: Resources: a mapping of resources was expected"),
        ("Resources:\n  F: {}", "template.yaml:2: F: a resource with a Type was expected"),
        (
            function("Timeout: 901"),
            "template.yaml:8: Timeout: a number from 1 to 900 was expected"
        ),
        (
            function("Timeout: !Ref Nope"),
            "template.yaml:8: Nope: the name of a parameter or a resource was expected"
        ),
        (
            function("FunctionName: !GetAtt Nope.Arn"),
            "template.yaml:8: Nope.Arn: Resource.Attribute with a resource's name was expected"
        ),
        (
            function("Handler: !Cidr x"),
            "template.yaml:8: !Cidr: Ref, GetAtt, Sub, Join, Select, Split, If, FindInMap or "
                + "ImportValue was expected"
        ),
        (
            function("Events: {E: {Type: Schedule, Properties: {Schedule: rate(1 days)}}}"),
            "template.yaml:8: Schedule: rate(5 minutes) or "
                + "cron(minutes hours day month weekday year) was expected"
        ),
        (
            function("Events: {E: {Type: Api, Properties: {Path: x, Method: get}}}"),
            "template.yaml:8: Path: a path from / on was expected"
        ),
        (
            function("CapacityProviderConfig: {PerExecutionEnvironmentMaxConcurrency: 0}"),
            "template.yaml:8: PerExecutionEnvironmentMaxConcurrency: "
                + "a number from 1 to 1000 was expected"
        ),
        (
            function("", metadata: "{LocalConcurrency: {PerInstance: 1001}}"),
            "template.yaml:4: PerInstance: a number from 1 to 1000 was expected"
        ),
        (
            function("", metadata: "{LocalConcurrency: {}}"),
            "template.yaml:4: LocalConcurrency: PerInstance or Waiting was expected"
        ),
        (
            "Resources: {F: {Type: AWS::Serverless::Function, Properties: "
                + "{CodeUri: f, Runtime: python3.12}}}",
            "template.yaml:1: Runtime: provided.al2023 or provided.al2 was expected"
        ),
    ]

    @Test("names the line, the key and what was expected", arguments: mistakes)
    func namesErrors(text: String, error: String) {
        let thrown = #expect(throws: TemplateError.self) { try read(text) }
        #expect(thrown?.description == error)
    }

    @Test("a missing and an unknown parameter are named, their values never")
    func checksParameters() {
        let missing = #expect(throws: TemplateError.self) { try read(Self.complete) }
        #expect(
            missing?.description
                == "template.yaml:3: StoreURL: a value was expected: --parameter StoreURL=VALUE")
        let unknown = #expect(throws: TemplateError.self) {
            try read(Self.complete, ["StoreURL": "s", "Other": "secret"])
        }
        #expect(
            unknown?.description == "template.yaml: parameter Other: is not one of the template's: "
                + "StoreURL, Wait, Stage")
        let refused = #expect(throws: TemplateError.self) {
            try read(Self.complete, ["StoreURL": "s", "Stage": "secret"])
        }
        #expect(
            refused?.description == "template.yaml:5: Stage: one of AllowedValues was expected")
    }

    @Test("warns of what it does not do, with the line, and passes over the rest")
    func warns() throws {
        let template = try read(
            """
            Resources:
              Api: {Type: AWS::Serverless::HttpApi, Properties: {Domain: {}}}
              Queue: {Type: AWS::SQS::Queue}
              Plain: {Type: AWS::Lambda::Function}
              F:
                Type: AWS::Serverless::Function
                Properties:
                  CodeUri: /bin
                  Runtime: provided.al2
                  Layers: [x]
                  Environment: {Variables: {_X: 1, AWS_REGION: r}}
                  Tags: {a: b}
                  Events:
                    Q: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}
                    S: {Type: S3, Properties: {}}
                    Z:
                      Type: ScheduleV2
                      Properties:
                        ScheduleExpression: rate(1 day)
            """)
        #expect(
            template.warnings.map(\.description) == [
                "template.yaml:2: Domain: is not emulated",
                "template.yaml:4: Plain: AWS::Lambda::Function is not emulated",
                "template.yaml:11: _X: is reserved by AWS Lambda and dropped",
                "template.yaml:11: AWS_REGION: is reserved by AWS Lambda and dropped",
                "template.yaml:10: Layers: x is not in the template, and left out",
                "template.yaml:8: F: /bin/bootstrap is not an executable file",
                "template.yaml:15: S: events of type S3 are not emulated",
            ])
    }

    @Test("anchors are resolved; a second document and deep nesting are refused")
    func readsYAML() throws {
        let node = try YAMLDocument.parse(Array("a: &x {b: '1'}\nc: *x\n".utf8), file: "t")
        #expect(node["c"]?["b"]?.scalar == "1")
        #expect(node["c"]?["b"]?.line == 1)
        #expect(throws: TemplateError.self) {
            try YAMLDocument.parse(Array("a: 1\n---\nb: 2\n".utf8), file: "t")
        }
        let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(throws: TemplateError.self) {
            try YAMLDocument.parse(Array(deep.utf8), file: "t")
        }
    }
}
