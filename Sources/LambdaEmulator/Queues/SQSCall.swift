internal import HTTPServer
internal import StrictJSON
internal import TableStore

/// One request of the SQS API and its answer.
///
/// Source: "AWS JSON 1.0 protocol" of Smithy.
struct SQSCall: Sendable {
    static let targetPrefix = "AmazonSQS."
    /// A message of 1 MB as JSON that escapes every character.
    private static let bodyBytesMax = 8 * 1024 * 1024

    /// Such as `SendMessage`.
    let action: String
    let parameters: JSONValue
    /// Where the caller reached the emulator: `http://127.0.0.1:3000`.
    let endpoint: String
    private let requestID: String
    private let responder: HTTPResponder

    init(
        _ request: HTTPServerRequest, requestID: String, _ responder: HTTPResponder
    ) throws(SQSFault) {
        let target = request.field("X-Amz-Target") ?? ""
        action = String(target.dropFirst(Self.targetPrefix.count))
        let host = request.field("Host") ?? "127.0.0.1:\(request.localPort)"
        endpoint = "http://\(host)"
        self.requestID = requestID
        self.responder = responder
        let limits = JSONLimits(bytesMax: Self.bodyBytesMax, depthMax: 16)
        do {
            parameters =
                request.body.isEmpty
                ? .object([]) : try StrictJSON.parse(request.body, limits: limits)
        } catch {
            throw .unreadable("\(error.code.rawValue) at byte \(error.offset)")
        }
        guard parameters.object != nil else { throw .unreadable("an object was expected") }
    }

    func text(_ name: String) throws(SQSFault) -> String? {
        guard let value = parameters[name], !value.isNull else { return nil }
        guard let text = value.string else { throw .invalidParameter(name) }
        return text
    }

    func required(_ name: String) throws(SQSFault) -> String {
        guard let text = try text(name), !text.isEmpty else { throw .missing(name) }
        return text
    }

    func texts(_ name: String) throws(SQSFault) -> [String] {
        guard let value = parameters[name], !value.isNull else { return [] }
        guard let items = value.array else { throw .invalidParameter(name) }
        let texts = items.compactMap(\.string)
        guard texts.count == items.count else { throw .invalidParameter(name) }
        return texts
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(SQSFault) -> Int? {
        try Self.number(parameters, name, in: range)
    }

    /// A number of a request or of an entry of its batch.
    static func number(
        _ object: JSONValue, _ name: String, in range: ClosedRange<Int>
    ) throws(SQSFault) -> Int? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let number = value.number?.integer.flatMap({ Int(exactly: $0) }),
            range.contains(number)
        else { throw .outOfRange(name, range) }
        return number
    }

    /// The entries of a batch: 1 to 10, each with an id of its own.
    func entries() throws(SQSFault) -> [(id: String, value: JSONValue)] {
        let items = parameters["Entries"]?.array ?? []
        guard !items.isEmpty else { throw .emptyBatch }
        guard items.count <= 10 else { throw .tooManyEntries }
        var entries: [(id: String, value: JSONValue)] = []
        for item in items {
            guard let id = item["Id"]?.string, id.wholeMatch(of: /[A-Za-z0-9_\-]{1,80}/) != nil
            else { throw .invalidEntryID }
            guard !entries.contains(where: { $0.id == id }) else { throw .entriesNotDistinct }
            entries.append((id, item))
        }
        return entries
    }

    func answer(_ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.beginObject()
        write(&writer)
        writer.endObject()
        responder.respond(status: 200, fields: fields, body: writer.bytes)
    }

    func refuse(_ fault: SQSFault) { Self.refuse(fault, requestID: requestID, responder) }

    /// Answers with what a value says, or with the store's failure.
    func answer<Value>(
        _ result: Result<Value, TableStoreError>, _ write: (Value, inout JSONWriter) -> Void
    ) {
        switch result {
        case .success(let value): answer { write(value, &$0) }
        case .failure(let error): refuse(.store(error.code))
        }
    }

    static func refuse(_ fault: SQSFault, requestID: String, _ responder: HTTPResponder) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("__type", fault.type)
        writer.member("message", fault.message)
        writer.endObject()
        responder.respond(
            status: fault.status,
            fields: [
                ("Content-Type", "application/x-amz-json-1.0"), ("x-amzn-RequestId", requestID),
                ("x-amzn-query-error", "\(fault.code);\(fault.isSenders ? "Sender" : "Receiver")"),
            ], body: writer.bytes)
    }

    private var fields: [(String, String)] {
        [("Content-Type", "application/x-amz-json-1.0"), ("x-amzn-RequestId", requestID)]
    }
}
