import Testing

@testable import LambdaEmulator

@Suite("SAM template: schedules")
struct TemplateScheduleTests {
    private func read(_ events: String, _ resources: String = "") throws(TemplateError) -> Template
    {
        try TemplateReader.read(
            Array(
                """
                Resources:
                  F:
                    Type: AWS::Serverless::Function
                    Properties:
                      CodeUri: /bin
                      Runtime: provided.al2023
                      Events:
                \(events)
                \(resources)
                """.utf8), file: "t.yaml", directory: "/")
    }

    private static func scheduler(_ properties: String) -> String {
        "        E: {Type: ScheduleV2, "
            + "Properties: {ScheduleExpression: rate(1 day), \(properties)}}"
    }

    @Test("everything of a schedule is read")
    func reads() throws {
        let template = try read(
            """
                    Morning:
                      Type: ScheduleV2
                      Properties:
                        ScheduleExpression: cron(0 8 * * ? *)
                        ScheduleExpressionTimezone: Europe/Berlin
                        StartDate: 2026-11-20T17:30:00Z
                        EndDate: "2026-12-20T17:30:00"
                        FlexibleTimeWindow: {Mode: FLEXIBLE, MaximumWindowInMinutes: 15}
                        GroupName: jobs
                        Input: '{"a":1}'
                        State: ENABLED
                        RetryPolicy: {MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 60}
                        DeadLetterConfig: {Type: SQS}
                    Once:
                      Type: ScheduleV2
                      Properties: {ScheduleExpression: at(2026-11-20T17:30:00)}
                    Off:
                      Type: ScheduleV2
                      Properties: {ScheduleExpression: rate(1 day), State: DISABLED}
            """,
            """
              Hourly:
                Type: AWS::Scheduler::Schedule
                Properties:
                  ScheduleExpression: rate(1 hour)
                  FlexibleTimeWindow: {Mode: "OFF"}
                  Target: {Arn: !GetAtt F.Arn, Input: "2", RoleArn: r}
              Nightly:
                Type: AWS::Events::Rule
                Properties:
                  Name: nightly
                  ScheduleExpression: cron(0 0 * * ? *)
                  Targets: [{Arn: !GetAtt F.Arn, Id: f, Input: "3"}]
            """)
        let cron = try #require(ScheduleExpression("cron(0 8 * * ? *)"))
        var morning = ScheduleDefinition(
            function: "F", name: "FMorning", expression: cron, input: #"{"a":1}"#,
            service: .scheduler)
        morning.zone = try #require(LocalTimeZone("Europe/Berlin"))
        morning.group = "jobs"
        morning.startMs = 1_795_195_800_000
        morning.endMs = 1_797_787_800_000
        #expect(
            template.schedules == [
                morning,
                ScheduleDefinition(
                    function: "F", name: "FOnce", expression: .at(localSeconds: 1_795_195_800),
                    service: .scheduler),
                ScheduleDefinition(
                    function: "F", name: "Hourly", expression: .rate(minutes: 60), input: "2",
                    service: .scheduler),
                ScheduleDefinition(
                    function: "F", name: "nightly",
                    expression: try #require(ScheduleExpression("cron(0 0 * * ? *)")), input: "3"),
            ])
        #expect(template.warnings.count == 1, "only of the bootstrap that is not there")
    }

    @Test("rules that listen to a bus, and targets that are no functions, are warned of")
    func warns() throws {
        let template = try read(
            "        A: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false}}",
            """
              Bus: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [x]}}}
              Rule:
                Type: AWS::Events::Rule
                Properties:
                  ScheduleExpression: rate(1 day)
                  Targets:
                    - {Arn: arn:aws:sqs:x, Id: q}
                    - {Arn: !GetAtt F.Arn, Id: f, InputPath: $.detail}
            """)
        #expect(template.schedules.map(\.name) == ["Rule"])
        #expect(
            template.warnings.map(\.description).dropFirst() == [
                "t.yaml:9: Bus: events of a bus are not emulated",
                "t.yaml:15: Rule: its target is no function of this template",
                "t.yaml:16: InputPath: is not emulated",
            ])
    }

    @Test(
        "mistakes are named with line, key and what was expected",
        arguments: [
            (
                scheduler("ScheduleExpressionTimezone: Mars/Base"),
                "ScheduleExpressionTimezone: a time zone of /usr/share/zoneinfo, such as "
                    + "Europe/Berlin, was expected"
            ),
            (
                scheduler("StartDate: tomorrow"),
                "StartDate: a time such as 2026-11-20T17:30:00Z was expected"
            ),
            (
                scheduler("FlexibleTimeWindow: {Mode: FLEXIBLE}"),
                "FlexibleTimeWindow: Mode: OFF, or FLEXIBLE with MaximumWindowInMinutes, was "
                    + "expected"
            ),
            (scheduler("State: OFF"), "State: ENABLED or DISABLED was expected"),
            (
                scheduler("RetryPolicy: {MaximumRetryAttempts: 186}"),
                "MaximumRetryAttempts: a number from 0 to 185 was expected"
            ),
            (
                "        E: {Type: ScheduleV2, Properties: {ScheduleExpression: at(noon)}}",
                "ScheduleExpression: rate(5 minutes), at(yyyy-mm-ddThh:mm:ss) or "
                    + "cron(minutes hours day month weekday year) was expected"
            ),
            (
                "        E: {Type: Schedule, Properties: {Schedule: at(2026-11-20T17:30:00)}}",
                "Schedule: rate(5 minutes) or cron(minutes hours day month weekday year) was "
                    + "expected"
            ),
        ])
    func namesErrors(events: String, error: String) {
        let thrown = #expect(throws: TemplateError.self) { try read(events) }
        #expect(thrown?.description == "t.yaml:8: " + error)
    }
}
