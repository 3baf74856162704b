/// One request whose body is sent piece by piece while it comes into being, on a connection of its
/// own: blocking, for one thread at a time.
///
/// The body is chunked, so nobody has to know its length; trailer fields may follow it (RFC 9112,
/// sections 7.1 and 7.1.2).
package final class HTTPRequestStream {
    private let easy: Curl.Easy
    private let multi: Curl.Multi
    private let source = UploadSource()
    private let trailerNames: [String]
    private var isRunning = false
    private static let waitMs: Int32 = 60_000

    /// Prepares the request; the first piece opens the connection.
    ///
    /// - Parameters:
    ///   - url: The caller has built it itself: it is not vetted.
    ///   - fields: Without those that say where the message ends; these are the stream's own.
    ///   - trailerNames: The fields that ``finish(trailers:)`` may send, announced in `Trailer`.
    package init(
        _ method: String, url: String, fields: [HTTPField], trailerNames: [String] = [],
        limits: HTTPLimits, policy: AddressPolicy, userAgent: String
    ) throws(HTTPClientError) {
        var fields = fields
        if !trailerNames.isEmpty {
            fields.append(HTTPField("Trailer", trailerNames.joined(separator: ", ")))
        }
        try RequestVetting.vet(method: method, fields: fields)
        fields.append(HTTPField("Transfer-Encoding", "chunked"))
        self.trailerNames = trailerNames
        easy = try Curl.Easy(limits: limits, policy: policy, userAgent: userAgent)
        multi = try Curl.Multi()
        try easy.prepare(
            method: method, url: url, fields: try Curl.FieldList(fields), source: source)
        try multi.add(easy)
        isRunning = true
    }

    /// A request that was not finished is cut off: the peer sees a body without its end.
    deinit {
        if isRunning { try? multi.remove(easy) }
    }

    /// Sends a piece; an empty one sends the header section alone, unless it is sent already.
    ///
    /// - Returns: nil when the kernel has the whole piece, which bounds what waits in memory; the
    ///   status of an answer that came before the body's end, after which nothing more is sent.
    package func write(_ piece: UnsafeRawBufferPointer) throws(HTTPClientError) -> Int? {
        let wasPaused = source.isDrained
        if wasPaused, piece.isEmpty { return nil }
        source.offer(piece)
        defer { source.withdraw() }
        return try advance(wasPaused)
    }

    /// Ends the body, sends the trailers and waits for the answer.
    ///
    /// - Parameter trailers: Fields whose names were announced.
    /// - Returns: the answer's status.
    package func finish(trailers: [HTTPField] = []) throws(HTTPClientError) -> Int {
        try RequestVetting.vet(method: "POST", fields: trailers)
        guard trailers.allSatisfy({ trailerNames.contains($0.name) }) else {
            throw HTTPClientError(.protocolViolation, "trailer was not announced")
        }
        let wasPaused = source.isDrained
        source.end(trailers)
        guard let status = try advance(wasPaused) else {
            throw HTTPClientError(.other, "exchange ended without a result")
        }
        return status
    }

    /// Performs until the source is drained or the answer is there, whose status it returns.
    private func advance(_ wasPaused: Bool) throws(HTTPClientError) -> Int? {
        guard isRunning else { throw HTTPClientError(.other, "request is over") }
        if wasPaused { try easy.resume() }
        while try multi.perform() > 0 {
            if source.isDrained { return nil }
            try multi.wait(timeoutMs: Self.waitMs)
        }
        isRunning = false
        let outcome = Result { () throws(HTTPClientError) in try multi.finish(easy) }
        try multi.remove(easy)
        try outcome.get()
        return try easy.status
    }
}
