public import StrictJSON

/// A tick of an EventBridge rule or schedule.
///
/// Source: EventBridge user guide, "Scheduled Event". A schedule with an input of its own sends
/// that instead: take `JSONValue` as the event then.
public struct ScheduledEvent: LambdaEvent, Sendable, Hashable {
    /// The event's id.
    public var id: String
    /// `Scheduled Event`.
    public var detailType: String
    /// `aws.events` or `aws.scheduler`.
    public var source: String
    /// The owner's account.
    public var account: String
    /// When the tick was due, RFC 3339.
    public var time: String
    /// The region.
    public var region: String
    /// ARNs of the rules or schedules that ticked.
    public var resources: [String]
    /// Empty for a plain tick.
    public var detail: JSONValue

    /// Makes an event, for tests.
    public init(
        id: String = "", detailType: String = "Scheduled Event", source: String = "aws.events",
        account: String = "", time: String = "1970-01-01T00:00:00Z", region: String = "",
        resources: [String] = [], detail: JSONValue = [:]
    ) {
        self.id = id
        self.detailType = detailType
        self.source = source
        self.account = account
        self.time = time
        self.region = region
        self.resources = resources
        self.detail = detail
    }

    /// Reads an event.
    ///
    /// - Throws: ``LambdaEventError``.
    public init(lambdaPayload: [UInt8]) throws {
        let event = try JSONValue(lambdaPayload: lambdaPayload)
        self.init(
            id: try event.requiredText("id"), detailType: try event.requiredText("detail-type"),
            source: try event.requiredText("source"), account: try event.text("account") ?? "",
            time: try event.requiredText("time"), region: try event.text("region") ?? "",
            resources: try event.texts("resources"), detail: event["detail"] ?? [:])
    }
}
