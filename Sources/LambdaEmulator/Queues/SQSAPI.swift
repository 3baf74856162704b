internal import HTTPServer
internal import StrictJSON
internal import TableStore

/// The part of the Amazon SQS API that senders and receivers use, in its JSON protocol, with the
/// emulator as their endpoint: any AWS SDK of today, or the AWS CLI.
///
/// Queues come from the template: they are not made, changed or deleted here.
/// Source: the Amazon SQS API reference, version 2012-11-05.
struct SQSAPI: Sendable {
    let service: QueueService

    /// Whether a request is one of this API, wherever its path leads: SDKs post to the endpoint or
    /// to a queue's URL.
    static func takes(_ request: HTTPServerRequest) -> Bool {
        request.method == "POST"
            && request.field("X-Amz-Target")?.hasPrefix(SQSCall.targetPrefix) == true
    }

    func handle(_ request: HTTPServerRequest, _ responder: HTTPResponder) {
        let requestID = service.context.identifiers.requestID()
        do throws(SQSFault) {
            guard LocalOrigin.permits(request) else { throw .otherSite }
            let call = try SQSCall(request, requestID: requestID, responder)
            try perform(call)
        } catch {
            SQSCall.refuse(error, requestID: requestID, responder)
        }
    }

    private func perform(_ call: SQSCall) throws(SQSFault) {
        switch call.action {
        case "SendMessage": try send(call)
        case "SendMessageBatch": try sendBatch(call)
        case "ReceiveMessage": try receive(call)
        case "DeleteMessage": try delete(call)
        case "DeleteMessageBatch": try deleteBatch(call)
        case "ChangeMessageVisibility": try changeVisibility(call)
        case "ChangeMessageVisibilityBatch": try changeVisibilityBatch(call)
        case "GetQueueUrl", "CreateQueue": try queueURL(call)
        case "ListQueues": try list(call)
        case "ListDeadLetterSourceQueues": try listSources(call)
        case "GetQueueAttributes": try attributes(call)
        case "PurgeQueue": try purge(call)
        default:
            throw .unsupported("The emulator does not do \(Self.shown(call.action)).")
        }
    }

    /// An action's name, if it looks like one.
    private static func shown(_ action: String) -> String {
        action.wholeMatch(of: /[A-Za-z]{1,64}/) == nil ? "this action" : action
    }

    /// The queue of `QueueUrl`: its last part names it, whatever comes before.
    func queue(_ call: SQSCall) throws(SQSFault) -> QueueDefinition {
        let url = try call.required("QueueUrl")
        guard let name = url.split(separator: "/").last,
            let queue = service.queue(named: String(name))
        else { throw .noSuchQueue }
        return queue
    }

    private func url(of queue: QueueDefinition, _ call: SQSCall) -> String {
        "\(call.endpoint)/\(service.context.accountID)/\(queue.name)"
    }

    /// `CreateQueue` of a queue that exists is no error, as on AWS.
    private func queueURL(_ call: SQSCall) throws(SQSFault) {
        guard let queue = service.queue(named: try call.required("QueueName")) else {
            guard call.action == "GetQueueUrl" else {
                throw .unsupported("The emulator's queues come from the template.")
            }
            throw .noSuchQueue
        }
        call.answer { $0.member("QueueUrl", url(of: queue, call)) }
    }

    private func list(_ call: SQSCall) throws(SQSFault) {
        let prefix = try call.text("QueueNamePrefix") ?? ""
        let after = try call.text("NextToken")
        let countMax = try call.number("MaxResults", in: 1...1_000)
        let all = service.queues.filter { $0.name.hasPrefix(prefix) }
            .sorted { $0.name < $1.name }.drop { $0.name <= after ?? "" }
        let page = all.prefix(countMax ?? all.count)
        call.answer { writer in
            write(page, as: "QueueUrls", call, to: &writer)
            if page.count < all.count, let last = page.last {
                writer.member("NextToken", last.name)
            }
        }
    }

    private func listSources(_ call: SQSCall) throws(SQSFault) {
        let target = try queue(call)
        let sources = service.queues.filter { $0.redrive?.queue == target.name }
        call.answer { write(sources[...], as: "queueUrls", call, to: &$0) }
    }

    private func write(
        _ queues: ArraySlice<QueueDefinition>, as name: String, _ call: SQSCall,
        to writer: inout JSONWriter
    ) {
        writer.name(name)
        writer.beginArray()
        for queue in queues { writer.string(url(of: queue, call)) }
        writer.endArray()
    }

    private func attributes(_ call: SQSCall) throws(SQSFault) {
        let queue = try queue(call)
        let wanted = try call.texts("AttributeNames")
        for name in wanted where !QueueAttributes.names.contains(name) && name != "All" {
            throw .invalidAttributeName(name)
        }
        service.counts(of: [queue]) { result in
            call.answer(result.map { $0.first ?? MessageCounts() }) { counts, writer in
                let all = QueueAttributes.all(of: queue, counts, service)
                writer.name("Attributes")
                writer.beginObject()
                for (name, value) in all where wanted.contains("All") || wanted.contains(name) {
                    writer.member(name, value)
                }
                writer.endObject()
            }
        }
    }

    private func purge(_ call: SQSCall) throws(SQSFault) {
        service.purge(try queue(call)) { result in call.answer(result) { _, _ in } }
    }
}
