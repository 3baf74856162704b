internal import HTTPServer
internal import StrictJSON
internal import TableStore

/// The asynchronous events, to be looked at and delivered again: `/_emulator/events`.
///
/// ```
/// GET    events?function=&state=&limit=   counts, and the events that wait, are in flight or dead
/// GET    events/ID                        one event with its payload
/// POST   events/redrive                   all dead letters wait again
/// POST   events/ID/redrive                one dead letter waits again
/// DELETE events?state=dead|waiting        removed for good
/// ```
struct EventCalls: Sendable {
    private static let listMax = 1_000
    private static let path = "events"

    let queue: AsynchronousQueue

    var calls: [AdminCall] {
        [
            AdminCall(method: "GET", path: Self.path, handle: list),
            AdminCall(method: "DELETE", path: Self.path, handle: purge),
            AdminCall(method: "GET", path: Self.path + "/", handle: show),
            AdminCall(method: "POST", path: Self.path + "/", handle: redrive),
        ]
    }

    private func list(_ request: AdminRequest, _ responder: HTTPResponder) {
        let state = request.parameter("state")
        guard [nil, "waiting", "inFlight", "dead"].contains(state) else {
            return AdminAPI.refuse(400, "state: waiting, inFlight or dead was expected", responder)
        }
        guard let limit = Int(request.parameter("limit") ?? "100"), (1...Self.listMax) ~= limit
        else {
            return AdminAPI.refuse(400, "limit: 1 to \(Self.listMax) was expected", responder)
        }
        let function = request.parameter("function")
        let held = state.map { (ids: queue.heldEvents, isWanted: $0 == "inFlight") }
        queue.context.store.perform { database throws(TableStoreError) in
            let events = database.events
            var found: [EventSummary] = []
            if state != "dead" {
                found += try events.list(
                    isDead: false, function: function, limit: limit, held: held)
            }
            if state == nil || state == "dead" {
                found += try events.list(isDead: true, function: function, limit: limit)
            }
            return EventList(
                waiting: try events.count(isDead: false), dead: try events.count(isDead: true),
                events: found)
        } then: { result in
            answer(result, responder) { answer($0, state: state, limit: limit, responder) }
        }
    }

    private func answer(
        _ list: EventList, state: String?, limit: Int, _ responder: HTTPResponder
    ) {
        let inFlight = queue.inFlight
        let now = queue.context.clock.unixMs
        var writer = JSONWriter(reserving: 1_024)
        writer.beginObject()
        writer.member("waiting", Int64(max(0, list.waiting - inFlight.count)))
        writer.member("inFlight", Int64(inFlight.count))
        writer.member("dead", Int64(list.dead))
        writer.name("events")
        writer.beginArray()
        let shown = list.events.filter {
            state == nil || $0.state(isInFlight: inFlight.contains($0.requestID)) == state
        }
        for event in shown.prefix(limit) {
            writer.beginObject()
            event.write(
                to: &writer, isInFlight: inFlight.contains(event.requestID), nowMs: now)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        AdminAPI.answer(writer.bytes, responder)
    }

    private func show(_ request: AdminRequest, _ responder: HTTPResponder) {
        let requestID = String(request.rest)
        queue.context.store.perform { database throws(TableStoreError) in
            try database.events.find(requestID)
        } then: { result in
            answer(result, responder) { found in
                guard let found else {
                    return AdminAPI.refuse(404, "no event has this id", responder)
                }
                let isInFlight = queue.inFlight.contains(requestID)
                var writer = JSONWriter(reserving: 1_024 + found.payload.count)
                writer.beginObject()
                found.summary.write(
                    to: &writer, isInFlight: isInFlight, nowMs: queue.context.clock.unixMs)
                if let message = found.errorMessage { writer.member("errorMessage", message) }
                writer.member("traceId", found.traceID)
                writer.name("event")
                writer.rawValue(found.payload)
                writer.endObject()
                AdminAPI.answer(writer.bytes, responder)
            }
        }
    }

    private func redrive(_ request: AdminRequest, _ responder: HTTPResponder) {
        let selection: EventTable.Selection
        if request.rest == "redrive" {
            selection = .dead
        } else if request.rest.hasSuffix("/redrive") {
            selection = .one(String(request.rest.dropLast("/redrive".count)))
        } else {
            return AdminAPI.refuse(404, "no such path", responder)
        }
        let now = queue.context.clock.unixMs
        queue.context.store.perform(durably: true) { database throws(TableStoreError) in
            try database.events.redrive(selection, nowMs: now)
        } then: { result in
            answer(result, responder) { functions in
                if case .one = selection, functions.isEmpty {
                    return AdminAPI.refuse(404, "no dead event has this id", responder)
                }
                for function in Set(functions) { queue.cameBack(to: function, dueMs: now) }
                Self.answer("redriven", functions.count, responder)
            }
        }
    }

    private func purge(_ request: AdminRequest, _ responder: HTTPResponder) {
        let state = request.parameter("state")
        guard state == "dead" || state == "waiting" else {
            return AdminAPI.refuse(400, "state: dead or waiting was expected", responder)
        }
        let held = queue.heldEvents
        queue.context.store.perform(durably: true) { database throws(TableStoreError) in
            try database.events.purge(isDead: state == "dead", except: held)
        } then: { result in
            answer(result, responder) { Self.answer("purged", $0, responder) }
        }
    }

    private static func answer(_ name: String, _ count: Int, _ responder: HTTPResponder) {
        let body: JSONValue = .object([JSONMember(name, .number(JSONNumber(Int64(count))))])
        AdminAPI.answer(body.serialized(), responder)
    }

    private func answer<Value>(
        _ result: Result<Value, TableStoreError>, _ responder: HTTPResponder,
        _ answer: (Value) -> Void
    ) {
        switch result {
        case .success(let value): answer(value)
        case .failure(let error): AdminAPI.refuse(500, "the store: \(error.code)", responder)
        }
    }
}

/// What is listed.
private struct EventList: Sendable {
    /// Those in flight included.
    let waiting: Int
    let dead: Int
    let events: [EventSummary]
}

extension EventSummary {
    fileprivate func state(isInFlight: Bool) -> String {
        condition != nil ? "dead" : isInFlight ? "inFlight" : "waiting"
    }

    fileprivate func write(to writer: inout JSONWriter, isInFlight: Bool, nowMs: Int64) {
        writer.member("id", requestID)
        writer.member("function", function)
        writer.member("origin", origin)
        writer.member("state", state(isInFlight: isInFlight))
        writer.member("attempts", Int64(attempts))
        writer.member("acceptedMs", acceptedMs)
        writer.member("ageMs", max(0, nowMs - acceptedMs))
        if condition == nil, !isInFlight { writer.member("dueMs", dueMs) }
        if let condition { writer.member("condition", condition) }
        if let errorType { writer.member("errorType", errorType) }
        if let endedMs { writer.member("endedMs", endedMs) }
    }
}
