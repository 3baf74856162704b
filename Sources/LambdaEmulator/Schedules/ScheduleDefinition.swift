/// A schedule that invokes a function.
public struct ScheduleDefinition: Sendable, Hashable {
    /// Which service would send it, and so the event's shape.
    public enum Service: Sendable, Hashable {
        /// An EventBridge rule (`Schedule`).
        case rule
        /// EventBridge Scheduler (`ScheduleV2`).
        case scheduler
    }

    /// The function's name.
    public var function: String
    /// The schedule's name: its last part in the rule's ARN.
    public var name: String
    /// When it fires.
    public var expression: ScheduleExpression
    /// `Input`: JSON text that replaces the whole event.
    public var input: String?
    /// Which service would send it.
    public var service: Service
    /// Whose clocks show the expression's times.
    public var zone = LocalTimeZone.utc
    /// `GroupName` of EventBridge Scheduler.
    public var group = "default"
    /// `StartDate`: it does not fire before it; a rate counts from it. Unix milliseconds.
    public var startMs: Int64?
    /// `EndDate`: it does not fire after it. Unix milliseconds.
    public var endMs: Int64?

    /// Makes a schedule.
    public init(
        function: String, name: String, expression: ScheduleExpression, input: String? = nil,
        service: Service = .rule
    ) {
        self.function = function
        self.name = name
        self.expression = expression
        self.input = input
        self.service = service
    }

    /// The first moment after another one at which it fires; nil when there is none any more.
    ///
    /// - Parameter createdMs: What a rate without a start date counts from.
    func next(afterMs unixMs: Int64, createdMs: Int64) -> Int64? {
        // A one-time schedule knows neither date, as on AWS.
        if case .at = expression {
            return expression.next(afterMs: unixMs, startMs: createdMs, in: zone)
        }
        var moment: Int64?
        if let startMs, case .rate = expression, unixMs < startMs {
            moment = startMs
        } else {
            moment = expression.next(
                afterMs: max(unixMs, (startMs ?? .min + 1) - 1), startMs: startMs ?? createdMs,
                in: zone)
        }
        guard let moment, moment <= endMs ?? .max else { return nil }
        return moment
    }
}
