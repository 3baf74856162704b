/// One reused connection: blocking, for one thread at a time.
///
/// The handle, its options, header lists and buffers live from request to request; only what
/// differs is set again.
package final class HTTPConnection {
    /// Header fields vetted and laid out once, for requests that repeat them.
    package final class Fields {
        let list: Curl.FieldList

        package init(_ fields: [HTTPField]) throws(HTTPClientError) {
            try RequestVetting.vet(method: "GET", fields: fields)
            list = try Curl.FieldList(fields)
        }
    }

    /// Scheme, host and port of requests that repeat them, such as `http://127.0.0.1:9001`.
    package final class Origin {
        let parsed: Curl.Origin

        /// - Throws: ``HTTPClientError/Code/invalidURL``.
        package init(_ url: String) throws(HTTPClientError) {
            _ = try RequestVetting.vet(url: url)
            parsed = try Curl.Origin(url)
        }
    }

    private let easy: Curl.Easy
    private let multi: Curl.Multi
    private var lastFields: (fields: [HTTPField], laidOut: Fields)?
    private static let waitMs: Int32 = 60_000

    package init(
        limits: HTTPLimits, policy: AddressPolicy, userAgent: String? = nil
    ) throws(HTTPClientError) {
        easy = try Curl.Easy(limits: limits, policy: policy, userAgent: userAgent)
        multi = try Curl.Multi()
    }

    /// Sends a request and waits for the whole answer.
    package func send(_ request: HTTPRequest) throws(HTTPClientError) -> HTTPResponse {
        _ = try RequestVetting.vet(url: request.url)
        try RequestVetting.vet(method: request.method, fields: request.fields)
        let fields: Fields
        if let lastFields, lastFields.fields == request.fields {
            fields = lastFields.laidOut
        } else {
            fields = try Fields(request.fields)
            lastFields = (request.fields, fields)
        }
        let status = try exchange(request, fields)
        return HTTPResponse(
            status: status, fields: easy.transfer.fields, body: easy.transfer.takeBody(),
            truncated: easy.transfer.isTruncated)
    }

    /// Sends a request and hands the body of a success on as it comes; any other answer's is in the
    /// response as usual.
    ///
    /// - Parameter take: Called with each piece; no limit holds for them.
    package func send(
        _ request: HTTPRequest, take: @escaping (UnsafeRawBufferPointer) -> Void
    ) throws(HTTPClientError) -> HTTPResponse {
        easy.transfer.take = take
        defer { easy.transfer.take = nil }
        return try send(request)
    }

    /// The hot path: sends to an origin what the caller has built itself and returns the status;
    /// the rest of the answer is asked for with ``field(_:)`` and ``takeBody()``.
    ///
    /// - Parameters:
    ///   - target: The path and the query as they stand in the request line.
    ///   - interruption: Ends the wait while nothing of the answer has arrived.
    /// - Throws: ``HTTPClientError``; ``HTTPClientError/Code/other`` when interrupted.
    package func exchange(
        _ method: String, _ origin: Origin, target: String, fields: Fields, body: [UInt8]? = nil,
        interruption: HTTPInterruption? = nil
    ) throws(HTTPClientError) -> Int {
        guard let body else {
            try easy.prepare(
                method: method, origin: origin.parsed, target: target, fields: fields.list,
                body: nil)
            return try exchange(interruption)
        }
        return try body.withUnsafeBufferPointer { bytes throws(HTTPClientError) in
            try easy.prepare(
                method: method, origin: origin.parsed, target: target, fields: fields.list,
                body: bytes)
            return try exchange(interruption)
        }
    }

    /// A field of the last answer, its name given in lower case.
    package func field(_ lowercaseName: StaticString) -> String? {
        easy.transfer.field(lowercaseName)
    }

    /// The body of the last answer, handed over without a copy.
    package func takeBody() -> [UInt8] { easy.transfer.takeBody() }

    private func exchange(
        _ request: HTTPRequest, _ fields: Fields
    ) throws(HTTPClientError) -> Int {
        guard let body = request.body else {
            try easy.prepare(
                method: request.method, url: request.url, fields: fields.list, body: nil)
            return try exchange(nil)
        }
        return try body.withUnsafeBufferPointer { bytes throws(HTTPClientError) in
            try easy.prepare(
                method: request.method, url: request.url, fields: fields.list, body: bytes)
            return try exchange(nil)
        }
    }

    private func exchange(_ interruption: HTTPInterruption?) throws(HTTPClientError) -> Int {
        try multi.add(easy)
        let outcome = Result { () throws(HTTPClientError) in try run(interruption) }
        try multi.remove(easy)
        try outcome.get()
        return try easy.status
    }

    /// Performs before it waits: on a live connection the request leaves at once.
    private func run(_ interruption: HTTPInterruption?) throws(HTTPClientError) {
        var watched = interruption
        while try multi.perform() > 0 {
            guard let interruption = watched else {
                try multi.wait(timeoutMs: Self.waitMs)
                continue
            }
            let isRaised = try multi.wait(
                timeoutMs: Self.waitMs, descriptor: interruption.descriptor)
            guard isRaised else { continue }
            // What has arrived in the meantime is still taken: an answer is never dropped.
            if try multi.perform() == 0 { break }
            guard easy.transfer.hasReceived else {
                throw HTTPClientError(.other, "wait was interrupted")
            }
            watched = nil
        }
        try multi.finish(easy)
    }
}
