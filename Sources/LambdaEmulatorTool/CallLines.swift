import LambdaEmulator
import StrictJSON

/// The call of a recorded invocation as commands for a shell.
struct CallLines {
    /// Linux takes no longer word of a command line than 128 KB.
    private static let wordBytesMax = 120_000
    /// What API Gateway adds, or curl by itself.
    private static let addedFields: Set = [
        "content-length", "host", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port",
        "x-forwarded-proto",
    ]

    let text: String

    init(
        _ invocation: RecordedInvocation, url: String
    ) throws(EmulatorClient.Failure) {
        guard invocation.event.count < Self.wordBytesMax else {
            throw EmulatorClient.Failure(
                line: "\(invocation.id): its event is too long for a command line: save it with "
                    + "save-as-event, and send the file",
                status: 1)
        }
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        var calls: [String] = []
        if let request = Self.request(of: invocation, base) {
            calls.append("# the same request\n" + request)
        }
        let event = Self.quoted(invocation.eventText)
        let path = "/2015-03-31/functions/\(invocation.function)/invocations"
        calls.append(
            Self.joined(
                "# the same event\ncurl \(Self.quoted(base + path))",
                "-H 'content-type: application/json'", "--data-raw \(event)"))
        calls.append(
            Self.joined(
                "# the same with the AWS CLI (version 2)\naws lambda invoke --endpoint-url \(base)",
                "--region us-east-1 --function-name \(invocation.function)",
                "--cli-binary-format raw-in-base64-out", "--payload \(event) /dev/stdout"))
        text = calls.joined(separator: "\n")
    }

    private static func joined(_ parts: String...) -> String {
        parts.joined(separator: " \\\n    ") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: #"'\''"#) + "'"
    }

    /// Of an HTTP or REST API, or of a function URL; nil for any other origin.
    private static func request(of invocation: RecordedInvocation, _ base: String) -> String? {
        let isURL = invocation.origin == .functionURL
        guard isURL || invocation.origin.isRoute,
            let event = try? StrictJSON.parse(
                invocation.event,
                limits: JSONLimits(
                    bytesMax: invocation.event.count, depthMax: JSONLimits.depthCeiling)),
            let request = EventRequest(event)
        else { return nil }
        var line =
            switch (request.method, request.body) {
            case ("GET", nil): "curl"
            case ("HEAD", nil): "curl --head"
            default: "curl -X \(quoted(request.method))"
            }
        let prefix = isURL ? "\(base)/lambda-url/\(invocation.function)" : base
        line += " " + quoted(prefix + request.target)
        for field in request.fields where !addedFields.contains(field.name.lowercased()) {
            line += " \\\n    -H \(quoted("\(field.name): \(field.value)"))"
        }
        guard let body = request.body else { return line + "\n" }
        if request.isBase64 {
            return "base64 -d <<< \(quoted(body)) |\n" + line + " \\\n    --data-binary @-\n"
        }
        return line + " \\\n    --data-raw \(quoted(body))\n"
    }
}

extension InvocationOrigin {
    fileprivate var isRoute: Bool { if case .route = self { true } else { false } }
}
