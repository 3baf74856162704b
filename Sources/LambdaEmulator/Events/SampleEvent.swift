internal import HTTPServer
internal import TableStore

/// A sample of an event, made by what makes those of a running emulator: always the same one.
package enum SampleEvent: String, CaseIterable, Sendable {
    case httpApi, restApi, functionUrl, schedule, scheduler, sqs, dynamodb, direct

    private static let accountID = "123456789012"
    private static let region = "us-east-1"
    private static let requestID = "8f507cfc-4aa1-4697-b07a-ac58fc914c95"
    private static let traceID =
        "Root=1-6955b900-5759e988bd862e3fe1be46a9;Parent=53995c3f42cd8ad8;Sampled=0"
    /// 2026-01-01T00:00:00Z.
    private static let timeMs: Int64 = 1_767_225_600_000

    /// A few words.
    package var summary: String {
        switch self {
        case .httpApi: "a request to an HTTP API, payload format 2.0"
        case .restApi: "a request to a REST API"
        case .functionUrl: "a request to a function URL"
        case .schedule: "a schedule of an EventBridge rule"
        case .scheduler: "a schedule of EventBridge Scheduler"
        case .sqs: "messages of an SQS queue"
        case .dynamodb: "changes of a DynamoDB table"
        case .direct: "an event of a caller's own making"
        }
    }

    /// The event, JSON.
    package func make() -> [UInt8] {
        switch self {
        case .httpApi: HTTPEventBuilder.make(Self.request(.httpAPI, kind: .http))
        case .restApi:
            RESTEventBuilder.make(Self.request(.restAPI, kind: .rest), isVersion1: false)
        case .functionUrl: HTTPEventBuilder.make(Self.urlRequest, isFunctionURL: true)
        case .schedule: Self.scheduled(.rule)
        case .scheduler: Self.scheduled(.scheduler)
        case .sqs: Self.messages
        case .dynamodb:
            TableStreamEventBuilder.make(
                Self.changes, streamARN: Self.streamARN, region: Self.region)
        case .direct: Array(#"{"name":"Ada","count":3}"#.utf8)
        }
    }

    private static let httpRequest = HTTPServerRequest(
        method: "POST", target: "/items/42?tag=new&tag=red",
        fields: [
            ("Host", "127.0.0.1:3000"), ("User-Agent", "curl/8.5.0"), ("Accept", "*/*"),
            ("Content-Type", "application/json"), ("Cookie", "session=1"),
        ], body: Array(#"{"name":"lamp"}"#.utf8), localPort: 3_000)

    private static func request(
        _ format: RouteDefinition.Format, kind: APIDefinition.Kind
    ) -> FrontRequest {
        let route = RouteDefinition(
            function: "items", method: "POST", path: "/items/{id}", format: format)
        let context = FrontContext(
            route, of: APIDefinition(id: "Api", kind: kind), accountID: accountID)
        return FrontRequest(
            request: httpRequest, context: context, parameters: [("id", "42")],
            requestID: requestID, traceID: traceID, timeMs: timeMs)
    }

    private static var urlRequest: FrontRequest {
        FrontRequest(
            request: httpRequest, context: FrontContext(urlOf: "items"), parameters: [],
            requestID: requestID, traceID: traceID, timeMs: timeMs)
    }

    private static func scheduled(_ service: ScheduleDefinition.Service) -> [UInt8] {
        let schedule = ScheduleDefinition(
            function: "sweep", name: "every-hour", expression: .rate(minutes: 60),
            service: service)
        return ScheduledEventBuilder.make(
            schedule,
            ScheduledEventBuilder.Occasion(
                dueMs: timeMs, id: requestID, region: region, accountID: accountID))
    }

    private static var messages: [UInt8] {
        var builder = QueueEventBuilder(
            queueARN: "arn:aws:sqs:\(region):\(accountID):jobs", region: region)
        let attributes = #"{"kind":{"DataType":"String","StringValue":"lamp"}}"#
        for (index, body) in [#"{"item":"42"}"#, #"{"item":"43"}"#].enumerated() {
            let sequence = Int64(index + 1)
            _ = builder.append(
                ReceivedMessage(
                    sequence: sequence,
                    messageID: "059f36b4-87a3-44ab-83d2-66197583000\(sequence)",
                    body: Array(body.utf8), attributes: index == 0 ? Array(attributes.utf8) : nil,
                    groupID: nil, deduplicationID: nil, traceHeader: nil, source: nil,
                    sentMs: timeMs, firstReceivedMs: timeMs + 1_000, receiveCount: 1,
                    handle: ReceiptHandle(sequence: sequence, receipt: requestID)))
        }
        return builder.event
    }

    private static let streamARN =
        "arn:aws:dynamodb:\(region):\(accountID):table/items/stream/2026-01-01T00:00:00.000"

    private static let changes = [
        ChangeRecord(
            sequence: 1, kind: .insert, keys: ["id": "42"],
            newImage: ["id": "42", "name": "lamp", "count": 1], oldImage: nil, atMs: timeMs),
        ChangeRecord(
            sequence: 2, kind: .modify, keys: ["id": "42"],
            newImage: ["id": "42", "name": "lamp", "count": 2],
            oldImage: ["id": "42", "name": "lamp", "count": 1], atMs: timeMs),
        ChangeRecord(
            sequence: 3, kind: .remove, keys: ["id": "42"], newImage: nil,
            oldImage: ["id": "42", "name": "lamp", "count": 2], atMs: timeMs),
    ]
}
