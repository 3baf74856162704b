import StrictJSON

extension HTTPAPIRequest {
    /// Reads an event of version 2.0; unknown members are passed over.
    ///
    /// - Throws: ``LambdaEventError``.
    public init(lambdaPayload: [UInt8]) throws {
        let event = try JSONValue(lambdaPayload: lambdaPayload)
        let version = try event.requiredText("version")
        guard version == "2.0" else {
            throw LambdaEventError("event is not an http request of version 2.0")
        }
        guard let context = event.member("requestContext") else {
            throw LambdaEventError(member: "requestContext")
        }
        self.init(
            version: version, routeKey: try event.text("routeKey") ?? "$default",
            rawPath: try event.requiredText("rawPath"),
            rawQueryString: try event.text("rawQueryString") ?? "",
            cookies: try event.texts("cookies"),
            headers: try event.textMap("headers", lowercaseNames: true),
            queryStringParameters: try event.textMap("queryStringParameters"),
            pathParameters: try event.textMap("pathParameters"),
            requestContext: try Context(context), body: try event.text("body"),
            isBase64Encoded: try event.flag("isBase64Encoded"))
    }

    /// Writes the event as API Gateway does: empty maps and lists are absent.
    public func lambdaPayload() -> [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.member("version", version)
        writer.member("routeKey", routeKey)
        writer.member("rawPath", rawPath)
        writer.member("rawQueryString", rawQueryString)
        if !cookies.isEmpty { writer.member("cookies", texts: cookies) }
        writer.member("headers", textMap: headers)
        if !queryStringParameters.isEmpty {
            writer.member("queryStringParameters", textMap: queryStringParameters)
        }
        if !pathParameters.isEmpty { writer.member("pathParameters", textMap: pathParameters) }
        writer.name("requestContext")
        requestContext.write(to: &writer, routeKey: routeKey)
        if let body { writer.member("body", body) }
        writer.member("isBase64Encoded", isBase64Encoded)
        writer.endObject()
        return writer.bytes
    }
}

extension HTTPAPIRequest.Context {
    init(_ context: JSONValue) throws(LambdaEventError) {
        guard let http = context.member("http") else { throw LambdaEventError(member: "http") }
        self.init(
            http: HTTP(
                method: try http.requiredText("method"), path: try http.text("path") ?? "/",
                protocol: try http.text("protocol") ?? "HTTP/1.1",
                sourceIP: try http.text("sourceIp") ?? "",
                userAgent: try http.text("userAgent") ?? ""),
            requestID: try context.text("requestId") ?? "",
            stage: try context.text("stage") ?? "$default",
            timeEpoch: try context.integer("timeEpoch") ?? 0,
            domainName: try context.text("domainName") ?? "",
            accountID: try context.text("accountId") ?? "",
            apiID: try context.text("apiId") ?? "", authorizer: context.member("authorizer"))
    }

    func write(to writer: inout JSONWriter, routeKey: String) {
        writer.beginObject()
        writer.member("accountId", accountID)
        writer.member("apiId", apiID)
        if let authorizer { writer.member("authorizer", authorizer) }
        writer.member("domainName", domainName)
        writer.name("http")
        writer.beginObject()
        writer.member("method", http.method)
        writer.member("path", http.path)
        writer.member("protocol", http.protocol)
        writer.member("sourceIp", http.sourceIP)
        writer.member("userAgent", http.userAgent)
        writer.endObject()
        writer.member("requestId", requestID)
        writer.member("routeKey", routeKey)
        writer.member("stage", stage)
        writer.member("timeEpoch", timeEpoch)
        writer.endObject()
    }
}
