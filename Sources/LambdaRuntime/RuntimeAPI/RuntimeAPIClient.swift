import HTTPClient

/// Talks to the Runtime API over one connection that is kept for the life of the process.
///
/// Source: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes".
final class RuntimeAPIClient {
    /// Why the process cannot go on; the text is for the log.
    struct Fatal: Error {
        let message: StaticString
        var status: Int?
        var stage: HTTPClientError.Code?
    }

    private let connection: HTTPConnection
    private let originURL: String
    private let origin: HTTPConnection.Origin
    private let interruption: HTTPInterruption
    private let noFields: HTTPConnection.Fields
    private let payloadFields: HTTPConnection.Fields

    /// How every request of the runtime names it.
    static let userAgent = "ttsr-lambda-runtime/\(runtimeVersion)"
    /// Among the fields: libcurl would lay out its own option anew for each request.
    private static let userAgentField = HTTPField("User-Agent", userAgent)

    /// A synchronous event is at most 6 MB; there is room above it for what a platform adds.
    static let eventBytesMax = 10 * 1024 * 1024

    /// - Parameters:
    ///   - authority: `host:port`, the value of AWS_LAMBDA_RUNTIME_API.
    ///   - interruption: Ends the wait for an event.
    init(authority: String, interruption: HTTPInterruption) throws(HTTPClientError) {
        originURL = "http://" + authority
        origin = try HTTPConnection.Origin(originURL)
        self.interruption = interruption
        // No deadline: the wait for an event is unbounded and the process may be frozen in it.
        connection = try HTTPConnection(
            limits: HTTPLimits(deadlineMs: nil, responseBytesMax: Self.eventBytesMax),
            policy: .unrestricted)
        noFields = try HTTPConnection.Fields([Self.userAgentField])
        payloadFields = try HTTPConnection.Fields([
            Self.userAgentField, HTTPField(RuntimeAPIField.contentType, "application/json"),
        ])
    }

    /// Waits for the next event.
    func next() throws(Fatal) -> Invocation {
        let status: Int
        do throws(HTTPClientError) {
            status = try waitForEvent()
        } catch {
            throw Fatal(message: "runtime api is lost", stage: error.code)
        }
        guard status == 200 else {
            throw Fatal(message: "runtime api refused next", status: status)
        }
        guard let requestID = text(RuntimeAPIField.requestID), Self.isSafe(requestID) else {
            throw Fatal(message: "event has no usable request id", status: status)
        }
        return Invocation(
            requestID: requestID,
            deadlineMs: text(RuntimeAPIField.deadline).flatMap(Int64.init) ?? 0,
            functionARN: text(RuntimeAPIField.functionARN) ?? "",
            traceID: text(RuntimeAPIField.traceID),
            clientContext: text(RuntimeAPIField.clientContext),
            identity: text(RuntimeAPIField.identity), tenantID: text(RuntimeAPIField.tenantID),
            payload: connection.takeBody())
    }

    /// A connection that breaks during the wait is opened again, once: the platform may have closed
    /// it while the process was frozen. Whether an event was lost with it, the platform knows.
    private func waitForEvent() throws(HTTPClientError) -> Int {
        do throws(HTTPClientError) {
            return try connection.exchange(
                "GET", origin, target: RuntimeAPIPath.next, fields: noFields,
                interruption: interruption)
        } catch {
            guard error.code == .receive || error.code == .send else { throw error }
        }
        return try connection.exchange(
            "GET", origin, target: RuntimeAPIPath.next, fields: noFields,
            interruption: interruption)
    }

    /// Sends any other request and returns the status.
    func send(_ request: RuntimeAPIRequest) throws(HTTPClientError) -> Int {
        let fields =
            switch request {
            case .next, .response, .stream: payloadFields
            case .error(_, let report):
                try errorFields(report, XRayErrorCause(report: report).fieldValue)
            case .initError(let report): try errorFields(report, nil)
            }
        return try connection.exchange(
            request.method, origin, target: request.path, fields: fields,
            body: request.body)
    }

    private func errorFields(
        _ report: ErrorReport, _ cause: String?
    ) throws(HTTPClientError) -> HTTPConnection.Fields {
        var fields = [
            Self.userAgentField, HTTPField(RuntimeAPIField.contentType, "application/json"),
            HTTPField(RuntimeAPIField.functionErrorType, report.fieldValue),
        ]
        if let cause { fields.append(HTTPField(RuntimeAPIField.errorCause, cause)) }
        return try HTTPConnection.Fields(fields)
    }

    /// Where the streamed answer of an event goes; nothing is sent before it is opened.
    func stream(requestID: String) -> sending RuntimeAPIStream {
        let request = RuntimeAPIRequest.stream(requestID: requestID)
        return RuntimeAPIStream(url: originURL + request.path, userAgent: Self.userAgent)
    }

    /// Some platforms send optional fields with an empty value: that counts as absent.
    private func text(_ name: StaticString) -> String? {
        guard let value = connection.field(name), !value.isEmpty else { return nil }
        return value
    }

    /// The id becomes a segment of a path, so it must be one.
    private static func isSafe(_ requestID: String) -> Bool {
        guard requestID.utf8.count <= 128, requestID != ".", requestID != ".." else {
            return false
        }
        // In one piece of memory, because this is on the hot path.
        return requestID.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.allSatisfy(isSafe)
        } ?? requestID.utf8.allSatisfy(isSafe)
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }
}

/// The version that the runtime names itself by towards the platform.
let runtimeVersion = "1.0.0"
