import Testing

@testable import LambdaEmulator

@Suite("SAM template: queues and asynchronous events")
struct TemplateQueueTests {
    private func read(_ resources: String) throws(TemplateError) -> Template {
        try TemplateReader.read(
            Array(("Resources:\n" + resources).utf8), file: "t.yaml", directory: "/")
    }

    private static func function(_ name: String, _ properties: String) -> String {
        """
          \(name):
            Type: AWS::Serverless::Function
            Properties:
              CodeUri: /bin
              Runtime: provided.al2023
        \(properties)

        """
    }

    @Test("queues have their settings, and their URL and ARN in what refers to them")
    func readsQueues() throws {
        let template = try read(
            """
              Jobs:
                Type: AWS::SQS::Queue
                Properties:
                  QueueName: jobs
                  DelaySeconds: 1
                  VisibilityTimeout: 2
                  MessageRetentionPeriod: 60
                  ReceiveMessageWaitTimeSeconds: 4
                  MaximumMessageSize: 1024
                  RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
              Dead: {Type: AWS::SQS::Queue}
              Line:
                Type: AWS::SQS::Queue
                Properties:
                  FifoQueue: true
                  ContentBasedDeduplication: true
                  DeduplicationScope: messageGroup

            """
                + Self.function(
                    "F",
                    """
                          Environment:
                            Variables:
                              URL: !Ref Jobs
                              NAME: !GetAtt Jobs.QueueName
                              ARN: !GetAtt Line.Arn
                    """))
        var jobs = QueueDefinition(name: "jobs")
        jobs.delayMs = 1_000
        jobs.visibilityTimeoutMs = 2_000
        jobs.retentionMs = 60_000
        jobs.receiveWaitMs = 4_000
        jobs.messageBytesMax = 1_024
        jobs.redrive = QueueDefinition.Redrive(queue: "Dead", receiveCountMax: 3)
        var line = QueueDefinition(name: "Line.fifo")
        line.deduplicatesByContent = true
        line.deduplicatesByGroup = true
        #expect(line.isFIFO)
        #expect(template.queues == [jobs, QueueDefinition(name: "Dead"), line])
        let environment = try #require(template.functions.first?.environment)
        #expect(environment["NAME"] == "jobs")
        #expect(environment["ARN"] == "arn:aws:sqs:us-east-1:123456789012:Line.fifo")
        #expect(
            environment["URL"].map { LocalEndpoint.resolve($0, port: 3_000) }
                == "http://127.0.0.1:3000/123456789012/jobs")
    }

    @Test("asynchronous settings are read, of functions defined before their destinations")
    func readsAsynchronous() throws {
        let template = try read(
            Self.function(
                "F",
                """
                      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}
                      EventInvokeConfig:
                        MaximumRetryAttempts: 1
                        MaximumEventAgeInSeconds: 60
                        DestinationConfig:
                          OnSuccess: {Type: Lambda, Destination: !GetAtt G.Arn}
                          OnFailure: {Type: SQS}
                """)
                + Self.function("G", "")
                    + """
                      Dead: {Type: AWS::SQS::Queue}
                      Config:
                        Type: AWS::Lambda::EventInvokeConfig
                        Properties:
                          FunctionName: !Ref G
                          Qualifier: $LATEST
                          MaximumRetryAttempts: 0
                          DestinationConfig: {OnFailure: {Destination: !GetAtt Dead.Arn}}

                    """)
        #expect(
            template.functions.map(\.asynchronous) == [
                AsynchronousPolicy(
                    retryAttemptsMax: 1, eventAgeMaxMs: 60_000, onSuccess: .function("G"),
                    onFailure: .queue("FOnFailureQueue"), deadLetterQueue: "Dead"),
                AsynchronousPolicy(retryAttemptsMax: 0, onFailure: .queue("Dead")),
            ])
        #expect(template.queues.map(\.name) == ["Dead", "FOnFailureQueue"])
    }

    @Test("what is not there is warned of with its line")
    func warns() throws {
        let template = try read(
            Self.function(
                "F",
                """
                      DeadLetterQueue: {Type: SNS, TargetArn: arn:aws:sns:x}
                      EventInvokeConfig:
                        DestinationConfig:
                          OnSuccess: {Type: SNS}
                          OnFailure: {Type: EventBridge, Destination: arn:aws:events:x}
                """)
                    + """
                      Q:
                        Type: AWS::SQS::Queue
                        Properties:
                          RedrivePolicy: {deadLetterTargetArn: arn:aws:sqs:x, maxReceiveCount: 1}
                          Colour: red

                    """)
        #expect(
            template.warnings.map(\.description) == [
                "t.yaml:16: Colour: is not emulated",
                "t.yaml:10: OnSuccess: topics are not emulated: nothing is sent there",
                "t.yaml:5: F: /bin/bootstrap is not an executable file",
                "t.yaml:15: deadLetterTargetArn: not a queue of this template: none is used",
                "t.yaml:11: OnFailure: not a queue or function of this template: "
                    + "nothing is sent there",
                "t.yaml:7: DeadLetterQueue: not a queue of this template: nothing is sent there",
            ])
    }

    @Test("a stream's policy for failures is read")
    func readsStreams() throws {
        let template = try read(
            Self.function(
                "F",
                """
                      Events:
                        Changes:
                          Type: DynamoDB
                          Properties:
                            Stream: !GetAtt T.StreamArn
                            StartingPosition: LATEST
                            BatchSize: 5
                            MaximumBatchingWindowInSeconds: 3
                            BisectBatchOnFunctionError: true
                            MaximumRetryAttempts: 0
                            MaximumRecordAgeInSeconds: 60
                            FunctionResponseTypes: [ReportBatchItemFailures]
                            DestinationConfig: {OnFailure: {Destination: !GetAtt Dead.Arn}}
                        Endless:
                          Type: DynamoDB
                          Properties:
                            Stream: !GetAtt T.StreamArn
                            MaximumRetryAttempts: -1
                            MaximumRecordAgeInSeconds: -1
                            DestinationConfig: {OnFailure: {Destination: arn:aws:sns:x}}
                """)
                    + """
                      Dead: {Type: AWS::SQS::Queue}
                      T:
                        Type: AWS::DynamoDB::Table
                        Metadata: {LocalTable: {Store: "sqlite:/t.db", Name: t}}

                    """)
        var changes = StreamDefinition(
            function: "F", table: "T", storePath: "/t.db", tableName: "t", batchSize: 5)
        changes.startsAtLatest = true
        changes.windowMs = 3_000
        changes.bisects = true
        changes.retryAttemptsMax = 0
        changes.recordAgeMaxMs = 60_000
        changes.reportsItemFailures = true
        changes.onFailureQueue = "Dead"
        let endless = StreamDefinition(
            function: "F", table: "T", storePath: "/t.db", tableName: "t")
        #expect(template.streams == [changes, endless])
        #expect(
            template.warnings.map(\.description).dropFirst() == [
                "t.yaml:26: OnFailure: not a queue of this template: nothing is sent there"
            ])
    }

    @Test("queues are event sources, by an event or a mapping; a disabled one is not")
    func readsSources() throws {
        let template = try read(
            Self.function(
                "F",
                """
                      Timeout: 20
                      Events:
                        All:
                          Type: SQS
                          Properties:
                            Queue: !GetAtt Jobs.Arn
                            BatchSize: 100
                            MaximumBatchingWindowInSeconds: 5
                            FunctionResponseTypes: [ReportBatchItemFailures]
                            ScalingConfig: {MaximumConcurrency: 2}
                            FilterCriteria: {Filters: [{Pattern: '{"body": {"a": [1]}}'}]}
                        Off:
                          Type: SQS
                          Properties: {Queue: !GetAtt Jobs.Arn, Enabled: false}
                """)
                    + """
                      Jobs: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 10}}
                      Mapping:
                        Type: AWS::Lambda::EventSourceMapping
                        Properties:
                          FunctionName: !Ref F
                          EventSourceArn: !GetAtt Jobs.Arn
                          Colour: red
                      Other:
                        Type: AWS::Lambda::EventSourceMapping
                        Properties: {FunctionName: !Ref F, EventSourceArn: arn:aws:kinesis:x}
                      Far:
                        Type: AWS::Lambda::EventSourceMapping
                        Properties: {FunctionName: !Ref F, EventSourceArn: arn:aws:sqs:x:y:z}

                    """)
        var all = QueueSourceDefinition(function: "F", queue: "Jobs", batchSize: 100)
        all.windowMs = 5_000
        all.reportsItemFailures = true
        all.concurrencyMax = 2
        all.filters = [try #require(EventFilter(pattern: #"{"body": {"a": [1]}}"#))]
        #expect(
            template.queueSources == [all, QueueSourceDefinition(function: "F", queue: "Jobs")])
        let short =
            "the queue's VisibilityTimeout is shorter than the function's Timeout: "
            + "AWS refuses that"
        #expect(
            template.warnings.map(\.description).dropFirst() == [
                "t.yaml:12: Queue: \(short)", "t.yaml:20: Queue: \(short)",
                "t.yaml:27: Colour: is not emulated", "t.yaml:26: EventSourceArn: \(short)",
                "t.yaml:28: Other: neither a queue nor a table's stream: not read",
                "t.yaml:33: EventSourceArn: not a queue of this template: it is not read",
            ])
    }

    private static let mistakes = [
        (
            "  Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 901}}",
            "t.yaml:2: DelaySeconds: a number from 0 to 900 was expected"
        ),
        (
            "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: q, FifoQueue: true}}",
            "t.yaml:2: QueueName: a name that ends in .fifo, and FifoQueue: true, or neither was "
                + "expected"
        ),
        (
            "  Q: {Type: AWS::SQS::Queue, Properties: {FifoQueue: maybe}}",
            "t.yaml:2: FifoQueue: true or false was expected"
        ),
        (
            "  Q: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {maxReceiveCount: 1}}}",
            "t.yaml:2: RedrivePolicy: deadLetterTargetArn and maxReceiveCount were expected"
        ),
        (
            function("F", "      EventInvokeConfig: {MaximumRetryAttempts: 3}"),
            "t.yaml:7: MaximumRetryAttempts: a number from 0 to 2 was expected"
        ),
        (
            function(
                "F", "      EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: Lambda}}}"),
            "t.yaml:7: OnFailure: a Destination was expected"
        ),
        (
            function("F", "      DeadLetterQueue: {Type: SQS}"),
            "t.yaml:7: DeadLetterQueue: TargetArn was expected"
        ),
        (
            source("BatchSize: 11"),
            "t.yaml:8: BatchSize: at most 10, or MaximumBatchingWindowInSeconds: 1 at least, was "
                + "expected"
        ),
        (
            source("FunctionResponseTypes: [All]"),
            "t.yaml:8: FunctionResponseTypes: a list of ReportBatchItemFailures was expected"
        ),
        (
            source("ScalingConfig: {MaximumConcurrency: 1}"),
            "t.yaml:8: MaximumConcurrency: a number from 2 to 1000 was expected"
        ),
    ]

    private static func source(_ properties: String) -> String {
        "  Q: {Type: AWS::SQS::Queue}\n"
            + function(
                "F",
                "      Events: {E: {Type: SQS, "
                    + "Properties: {Queue: !GetAtt Q.Arn, \(properties)}}}")
    }

    @Test("mistakes are named with line, key and what was expected", arguments: mistakes)
    func namesErrors(resources: String, error: String) {
        let thrown = #expect(throws: TemplateError.self) { try read(resources) }
        #expect(thrown?.description == error)
    }
}
