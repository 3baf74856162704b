internal import HTTPServer
internal import StrictJSON

/// How many instances live and what they do.
struct HealthReport: Sendable {
    let directory: FunctionDirectory

    var call: AdminCall {
        AdminCall(method: "GET", path: "health") { _, responder in
            AdminAPI.answer(make(), responder)
        }
    }

    private func make() -> [UInt8] {
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
