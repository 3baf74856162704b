internal import HTTPServer
internal import StrictJSON

/// What the emulator's own port serves: its health, the Invoke API, and the template's routes.
struct FrontDoor: Sendable {
    let health: HealthReport
    let invoke: InvokeAPI
    let front: HTTPFront

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        if request.path.hasPrefix(InvokeAPI.prefix) {
            invoke.handle(request, responder)
        } else if request.path == "/_emulator/health" {
            responder.respond(
                status: 200, fields: [("content-type", "application/json")], body: health.make())
        } else {
            front.handle(request, responder)
        }
    }
}

/// How many instances live and what they do.
struct HealthReport: Sendable {
    let directory: FunctionDirectory

    func make() -> [UInt8] {
        let all = directory.pools.map { ($0.definition.name, $0.status) }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("status", "ok")
        writer.member("warmInstances", Int64(all.reduce(0) { $0 + $1.1.warm }))
        writer.member("inFlight", Int64(all.reduce(0) { $0 + $1.1.inFlight }))
        writer.name("functions")
        writer.beginArray()
        for (name, status) in all {
            writer.beginObject()
            writer.member("name", name)
            writer.member("warm", Int64(status.warm))
            writer.member("starting", Int64(status.starting))
            writer.member("inFlight", Int64(status.inFlight))
            writer.member("waiting", Int64(status.waiting))
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
