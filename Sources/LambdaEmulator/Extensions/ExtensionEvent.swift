internal import StrictJSON

/// What an extension is told: of an invocation, or of the end of its instance.
enum ExtensionEvent {
    /// - Parameter deadlineMs: Until when the invocation must be over, Unix milliseconds.
    static func invoke(_ invocation: Invocation, arn: String, deadlineMs: Int64) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("eventType", ExtensionSet.Event.invoke.rawValue)
        writer.member("deadlineMs", deadlineMs)
        writer.member("requestId", invocation.requestID)
        writer.member("invokedFunctionArn", arn)
        writer.name("tracing")
        writer.beginObject()
        writer.member("type", "X-Amzn-Trace-Id")
        writer.member("value", invocation.context.traceID)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// - Parameter deadlineMs: When the process is killed, Unix milliseconds.
    static func shutdown(_ reason: InstanceRecord.EndReason, deadlineMs: Int64) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("eventType", ExtensionSet.Event.shutdown.rawValue)
        writer.member("deadlineMs", deadlineMs)
        writer.member("shutdownReason", reason.rawValue)
        writer.endObject()
        return writer.bytes
    }
}
