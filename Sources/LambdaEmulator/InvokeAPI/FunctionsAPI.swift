internal import HTTPServer
internal import StrictJSON

/// Tells of functions what SDKs, their waiters and the AWS CLI ask before they call one.
///
/// The variables of a function are left out: who may call it need not see them.
/// Source: "FunctionConfiguration" of the AWS Lambda API reference.
struct FunctionsAPI: Sendable {
    let directory: FunctionDirectory
    let accountID: String
    let functionURLs: [FunctionURLDefinition]
    /// The emulator's port.
    let port: @Sendable () -> UInt16

    /// ListFunctions: all on one page.
    func list(_ responder: HTTPResponder, _ requestID: String) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("Functions")
        writer.beginArray()
        for pool in directory.pools { append(pool, to: &writer) }
        writer.endArray()
        writer.endObject()
        respond(writer.bytes, responder, requestID)
    }

    func answer(
        _ operation: LambdaOperation, _ pool: FunctionPool, _ responder: HTTPResponder,
        _ requestID: String
    ) throws(InvokeRefusal) {
        var writer = JSONWriter()
        switch operation {
        case .getFunctionConfiguration: append(pool, to: &writer)
        case .getFunction: appendWhole(pool, to: &writer)
        case .getFunctionConcurrency: appendConcurrency(pool, to: &writer)
        default:
            guard let url = functionURLs.first(where: { $0.function == pool.definition.name })
            else { throw .noURL }
            append(url, of: pool, to: &writer)
        }
        respond(writer.bytes, responder, requestID)
    }

    private func appendConcurrency(_ pool: FunctionPool, to writer: inout JSONWriter) {
        writer.beginObject()
        if pool.definition.isConcurrencyReserved {
            writer.member("ReservedConcurrentExecutions", Int64(pool.definition.concurrencyMax))
        }
        writer.endObject()
    }

    private func append(
        _ url: FunctionURLDefinition, of pool: FunctionPool, to writer: inout JSONWriter
    ) {
        let changedAt = Self.time(
            FileContent.status(of: pool.definition.bootstrapPath)?.changedAt ?? 0)
        writer.beginObject()
        writer.member(
            "FunctionUrl", "http://\(url.function).lambda-url.localhost:\(port())/")
        writer.member("FunctionArn", pool.arn)
        writer.member("AuthType", "NONE")
        writer.member("InvokeMode", url.isStreamed ? "RESPONSE_STREAM" : "BUFFERED")
        writer.member("CreationTime", changedAt)
        writer.member("LastModifiedTime", changedAt)
        writer.endObject()
    }

    private func appendWhole(_ pool: FunctionPool, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("Configuration")
        append(pool, to: &writer)
        writer.name("Code")
        writer.beginObject()
        writer.member("RepositoryType", "local")
        writer.member("Location", "file://\(pool.definition.codeDirectory)")
        writer.endObject()
        writer.name("Concurrency")
        appendConcurrency(pool, to: &writer)
        writer.endObject()
    }

    private func append(_ pool: FunctionPool, to writer: inout JSONWriter) {
        let definition = pool.definition
        let file = FileContent.status(of: definition.bootstrapPath)
        writer.beginObject()
        writer.member("FunctionName", definition.name)
        writer.member("FunctionArn", pool.arn)
        writer.member("Runtime", "provided.al2023")
        writer.member("Role", "arn:aws:iam::\(accountID):role/local")
        writer.member("Handler", definition.handler)
        writer.member("CodeSize", file?.byteCount ?? 0)
        writer.member("Description", "")
        writer.member("Timeout", Int64(definition.timeoutMs / 1_000))
        writer.member("MemorySize", Int64(definition.memoryMB))
        writer.member("LastModified", Self.time(file?.changedAt ?? 0))
        writer.member("Version", FunctionReference.latest)
        writer.member("PackageType", "Zip")
        writer.member("State", "Active")
        writer.member("LastUpdateStatus", "Successful")
        writer.endObject()
    }

    /// As this API writes it: `2026-01-02T03:04:05.000+0000`.
    private static func time(_ unixSeconds: Int64) -> String {
        CivilTime(unixSeconds: unixSeconds).iso8601.dropLast() + ".000+0000"
    }

    private func respond(_ body: [UInt8], _ responder: HTTPResponder, _ requestID: String) {
        responder.respond(
            status: 200,
            fields: [("Content-Type", "application/json"), ("x-amzn-RequestId", requestID)],
            body: body)
    }
}
