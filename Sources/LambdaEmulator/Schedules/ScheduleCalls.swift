internal import HTTPServer
internal import StrictJSON

/// The schedules, to be looked at and fired: `/_emulator/schedules`.
///
/// ```
/// GET  schedules            each with its function, its expression and when it fires next
/// POST schedules/NAME/fire  fires it now, as if it were due
/// ```
struct ScheduleCalls: Sendable {
    let scheduler: Scheduler

    var calls: [AdminCall] {
        [
            AdminCall(method: "GET", path: "schedules") { _, responder in
                AdminAPI.answer(list(), responder)
            },
            AdminCall(method: "POST", path: "schedules/", handle: fire),
        ]
    }

    private func list() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("schedules")
        writer.beginArray()
        for (schedule, nextMs) in scheduler.upcoming {
            writer.beginObject()
            writer.member("name", schedule.name)
            writer.member("function", schedule.function)
            writer.member("expression", schedule.expression.description)
            writer.member("timezone", schedule.zone.identifier)
            if let nextMs {
                writer.member("nextMs", nextMs)
                writer.member("next", CivilTime.iso8601(unixMs: nextMs))
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private func fire(_ request: AdminRequest, _ responder: HTTPResponder) {
        guard request.rest.hasSuffix("/fire") else {
            return AdminAPI.refuse(404, "no such path", responder)
        }
        let name = PercentEncoding.decode(request.rest.dropLast("/fire".count))
        guard scheduler.fireNow(name) else {
            return AdminAPI.refuse(404, "no schedule has this name", responder)
        }
        let body: JSONValue = ["fired": .string(name)]
        AdminAPI.answer(body.serialized(), responder)
    }
}
