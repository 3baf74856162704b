internal import HTTPServer
internal import StrictJSON

/// The functions with what calls them and what they do: `GET /_emulator/functions`.
struct FunctionsReport: Sendable {
    let directory: FunctionDirectory
    let template: Template

    var calls: [AdminCall] {
        [
            AdminCall(method: "GET", path: "functions") { _, responder in
                AdminAPI.answer(make(), responder)
            }
        ]
    }

    private func make() -> [UInt8] {
        var writer = JSONWriter(reserving: 1_024)
        writer.beginObject()
        writer.name("functions")
        writer.beginArray()
        for pool in directory.pools {
            writer.beginObject()
            append(pool.definition, arn: pool.arn, to: &writer)
            append(pool.status, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private func append(
        _ function: FunctionDefinition, arn: String, to writer: inout JSONWriter
    ) {
        writer.member("name", function.name)
        writer.member("logicalId", function.logicalID)
        writer.member("arn", arn)
        writer.member("codeDirectory", function.codeDirectory)
        writer.member("timeoutMs", Int64(function.timeoutMs))
        writer.member("memoryMb", Int64(function.memoryMB))
        writer.member("instancesMax", Int64(function.concurrencyMax))
        writer.member("perInstanceMax", Int64(function.invocationsPerInstanceMax))
        writer.name("calledBy")
        writer.beginArray()
        for source in template.sources(of: function.name) { writer.string(source.description) }
        writer.endArray()
    }

    private func append(_ status: PoolStatus, to writer: inout JSONWriter) {
        writer.member("state", status.word)
        writer.member("warm", Int64(status.warm))
        writer.member("starting", Int64(status.starting))
        writer.member("inFlight", Int64(status.inFlight))
        writer.member("waiting", Int64(status.waiting))
    }
}

extension PoolStatus {
    /// One word for people.
    fileprivate var word: String {
        if inFlight > 0 || waiting > 0 { return "busy" }
        return warm > 0 ? "warm" : starting > 0 ? "starting" : "cold"
    }
}

extension Template {
    /// What calls a function, as its invocations' origins will say.
    package func sources(of function: String) -> [InvocationOrigin] {
        routes.filter { $0.function == function }.map { .route($0.key) }
            + functionURLs.filter { $0.function == function }.map { _ in .functionURL }
            + schedules.filter { $0.function == function }.map { .schedule($0.name) }
            + queueSources.filter { $0.function == function }.map { .queue($0.queue) }
            + streams.filter { $0.function == function }.map { .stream($0.table) }
    }
}
