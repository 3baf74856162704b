internal import HTTPServer
internal import StrictJSON

/// The queues, to be looked at: `/_emulator/queues`.
///
/// ```
/// GET queues  each with how many messages are visible, in flight and delayed
/// ```
struct QueueCalls: Sendable {
    let service: QueueService

    var calls: [AdminCall] { [AdminCall(method: "GET", path: "queues", handle: list)] }

    private func list(_ request: AdminRequest, _ responder: HTTPResponder) {
        service.counts(of: service.queues) { result in
            guard case .success(let counts) = result else {
                return AdminAPI.refuse(500, "the store cannot be read", responder)
            }
            var writer = JSONWriter()
            writer.beginObject()
            writer.name("queues")
            writer.beginArray()
            for (queue, count) in zip(service.queues, counts) {
                writer.beginObject()
                writer.member("name", queue.name)
                writer.member("visible", Int64(count.visible))
                writer.member("inFlight", Int64(count.inFlight))
                writer.member("delayed", Int64(count.delayed))
                if let redrive = queue.redrive { writer.member("deadLetterQueue", redrive.queue) }
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
            AdminAPI.answer(writer.bytes, responder)
        }
    }
}
