internal import HTTPServer
import TextEncoding

/// What the header fields of a call ask for.
struct InvokeOptions {
    enum InvocationType: String {
        case requestResponse = "RequestResponse"
        case event = "Event"
        case dryRun = "DryRun"
    }

    /// The largest event of a call that waits for its answer.
    static let eventBytesMax = 6 * 1024 * 1024
    private static let clientContextBytesMax = 3_583
    private static let tenantBytesMax = 256
    static let executedVersion = ("X-Amz-Executed-Version", FunctionReference.latest)

    let type: InvocationType
    let wantsLogTail: Bool
    /// JSON text.
    var clientContext: String?
    let tenantID: String?

    init(_ request: HTTPServerRequest) throws(InvokeRefusal) {
        if let text = request.field("X-Amz-Invocation-Type"), !text.isEmpty {
            guard let type = InvocationType(rawValue: text) else {
                throw .invalidParameter("X-Amz-Invocation-Type")
            }
            self.type = type
        } else {
            type = .requestResponse
        }
        switch request.field("X-Amz-Log-Type") {
        case nil, "", "None": wantsLogTail = false
        case "Tail": wantsLogTail = true
        default: throw .invalidParameter("X-Amz-Log-Type")
        }
        clientContext = try Self.clientContext(of: request)
        tenantID = try Self.tenantID(of: request)
    }

    private static func clientContext(
        of request: HTTPServerRequest
    ) throws(InvokeRefusal) -> String? {
        guard let text = request.field("X-Amz-Client-Context"), !text.isEmpty else { return nil }
        guard text.utf8.count <= clientContextBytesMax, let bytes = Base64.decode(text),
            (try? JSONScanner.check(bytes)) != nil
        else { throw .invalidClientContext }
        // It goes on in a header field: its line breaks, which JSON has between its tokens only,
        // become spaces.
        return String(decoding: bytes.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
    }

    /// Source: "Invoke", `TenantId`.
    private static func tenantID(of request: HTTPServerRequest) throws(InvokeRefusal) -> String? {
        guard let text = request.field("X-Amz-Tenant-Id"), !text.isEmpty else { return nil }
        guard text.utf8.count <= tenantBytesMax,
            text.wholeMatch(of: /[a-zA-Z0-9._:\/=+\-@ ]+/) != nil
        else { throw .invalidParameter("X-Amz-Tenant-Id") }
        return text
    }
}
