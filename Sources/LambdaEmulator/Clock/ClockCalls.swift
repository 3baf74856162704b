internal import HTTPServer
internal import StrictJSON

/// The emulator's clock, to be looked at and put ahead: `/_emulator/clock`.
///
/// ```
/// GET  clock                what time it is, and how far that is ahead
/// POST clock/advance?by=6h  puts it ahead; answers when all that fell due is over
/// ```
struct ClockCalls: Sendable {
    let driver: ClockDriver

    var calls: [AdminCall] {
        [
            AdminCall(method: "GET", path: "clock") { _, responder in
                let clock = driver.context.clock
                var writer = JSONWriter()
                writer.beginObject()
                Self.write(clock.unixMs, clock.aheadMs, to: &writer)
                writer.endObject()
                AdminAPI.answer(writer.bytes, responder)
            },
            AdminCall(method: "POST", path: "clock/advance", handle: advance),
        ]
    }

    private func advance(_ request: AdminRequest, _ responder: HTTPResponder) {
        guard let span = request.parameter("by").flatMap({ TimeSpan($0) }) else {
            return AdminAPI.refuse(400, "by: a time such as 90s, 6h or 1h30m expected", responder)
        }
        let isBegun = driver.advance(byMs: span.ms) { advance in
            var writer = JSONWriter(reserving: 256 + 160 * advance.events.count)
            writer.beginObject()
            Self.write(advance.unixMs, advance.aheadMs, to: &writer)
            if let reason = advance.stoppedBecause { writer.member("stoppedBecause", reason) }
            writer.name("fired")
            writer.beginArray()
            for event in advance.events { event.write(to: &writer) }
            writer.endArray()
            writer.endObject()
            AdminAPI.answer(writer.bytes, responder)
        }
        if !isBegun {
            AdminAPI.refuse(409, "the clock is being put ahead already", responder)
        }
    }

    private static func write(_ unixMs: Int64, _ aheadMs: Int64, to writer: inout JSONWriter) {
        writer.member("unixMs", unixMs)
        writer.member("time", CivilTime.iso8601(unixMs: unixMs))
        writer.member("aheadMs", aheadMs)
    }
}
