internal import StrictJSON

/// Writes the event of a schedule.
///
/// Sources: "Amazon EventBridge scheduled events"; "Context attributes" of EventBridge Scheduler.
enum ScheduledEventBuilder {
    struct Occasion {
        /// When it was due, Unix milliseconds.
        let dueMs: Int64
        let id: String
        let region: String
        let accountID: String
    }

    static func make(_ schedule: ScheduleDefinition, _ occasion: Occasion) -> [UInt8] {
        let time = CivilTime(unixSeconds: occasion.dueMs / 1_000).iso8601
        let place = "\(occasion.region):\(occasion.accountID)"
        let isRule = schedule.service == .rule
        let arn =
            isRule
            ? "arn:aws:events:\(place):rule/\(schedule.name)"
            : "arn:aws:scheduler:\(place):schedule/\(schedule.group)/\(schedule.name)"
        if let input = schedule.input {
            return Array((isRule ? input : fill(input, arn, time, occasion.id)).utf8)
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("version", "0")
        writer.member("id", occasion.id)
        writer.member("detail-type", "Scheduled Event")
        writer.member("source", isRule ? "aws.events" : "aws.scheduler")
        writer.member("account", occasion.accountID)
        writer.member("time", time)
        writer.member("region", occasion.region)
        writer.name("resources")
        writer.beginArray()
        writer.string(arn)
        writer.endArray()
        // The scheduler sends its detail as a text, a rule as an object.
        if isRule {
            writer.name("detail")
            writer.beginObject()
            writer.endObject()
        } else {
            writer.member("detail", "{}")
        }
        writer.endObject()
        return writer.bytes
    }

    private static func fill(
        _ input: String, _ arn: String, _ time: String, _ id: String
    ) -> String {
        input.replacing("<aws.scheduler.schedule-arn>", with: arn)
            .replacing("<aws.scheduler.scheduled-time>", with: time)
            .replacing("<aws.scheduler.execution-id>", with: id)
            .replacing("<aws.scheduler.attempt-number>", with: "1")
    }
}
