internal import HTTPServer
internal import StrictJSON

/// The recorded invocations over HTTP: `/_emulator/invocations`.
///
/// ```
/// GET  invocations?function=&failed=true&limit=   the last ones, newest first, without bodies
/// GET  invocations/ID                             one as it is recorded
/// POST invocations/ID/replay                      invoked again: the new one as it is recorded
/// ```
struct InvocationCalls: Sendable {
    private static let path = "invocations"

    let recorder: InvocationRecorder
    /// Nil when invocations are kept in memory only.
    let archive: InvocationArchive?
    let invoker: Invoker

    var calls: [AdminCall] {
        [
            AdminCall(method: "GET", path: Self.path, handle: list),
            AdminCall(method: "GET", path: Self.path + "/", handle: show),
            AdminCall(method: "POST", path: Self.path + "/", handle: replay),
        ]
    }

    private func list(_ request: AdminRequest, _ responder: HTTPResponder) {
        guard let limit = Int(request.parameter("limit") ?? "100"), (1...1_000) ~= limit else {
            return AdminAPI.refuse(400, "limit: 1 to 1000 was expected", responder)
        }
        let function = request.parameter("function")
        let isFailedOnly = request.parameter("failed") == "true"
        let found = recorder.last(limit, read: RecordFormat.readSummary) { invocation in
            (function == nil || invocation.function == function)
                && (!isFailedOnly || invocation.result.failure != nil)
        }
        var writer = JSONWriter(reserving: 512 * found.count + 64)
        writer.beginObject()
        writer.name(Self.path)
        writer.beginArray()
        for invocation in found {
            writer.beginObject()
            RecordFormat.appendSummary(of: invocation, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        AdminAPI.answer(writer.bytes, responder)
    }

    private func show(_ request: AdminRequest, _ responder: HTTPResponder) {
        find(String(request.rest), responder) { AdminAPI.answer($0.line, responder) }
    }

    private func replay(_ request: AdminRequest, _ responder: HTTPResponder) {
        guard request.rest.hasSuffix("/replay") else {
            return AdminAPI.refuse(404, "no such path", responder)
        }
        find(String(request.rest.dropLast("/replay".count)), responder) { recorded in
            guard recorded.isEventComplete else {
                return AdminAPI.refuse(409, "the event was not kept whole", responder)
            }
            guard invoker.directory.pool(named: recorded.function) != nil else {
                return AdminAPI.refuse(404, "the function is not there any more", responder)
            }
            let requestID = invoker.identifiers.requestID()
            invoker.invoke(
                recorded.function, recorded.event, from: .invoke, requestID: requestID
            ) { outcome in
                guard case .completed = outcome else {
                    return AdminAPI.refuse(
                        429, "all instances are busy and the queue is full", responder)
                }
                find(requestID, responder) { AdminAPI.answer($0.line, responder) }
            }
        }
    }

    /// Looks into the files on a thread of its own: they may be large.
    private func find(
        _ id: String, _ responder: HTTPResponder,
        then use: @escaping @Sendable (RecordedInvocation) -> Void
    ) {
        if let kept = recorder.last(1, where: { $0.id == id }).first { return use(kept) }
        @Sendable func search() {
            guard !id.isEmpty, let found = archive?.find(id).first, found.id == id else {
                return AdminAPI.refuse(404, "no recorded invocation has this id", responder)
            }
            use(found)
        }
        if (try? EmulatorThread(search)) == nil { search() }
    }
}
