package import LambdaRuntime
package import TableStore

/// One HTTP request on its way through the service.
package struct Call: Sendable {
    package let request: HTTPAPIRequest
    package let context: LambdaContext
    package let traceID: String
    let provider: StoreProvider

    /// The store, opened when it is first asked for.
    package var store: any TableStore {
        get throws(TableStoreError) { try provider.store() }
    }

    /// The id of the trace that a request belongs to: the root of its X-Ray header, or else the
    /// request's own id.
    ///
    /// A caller can choose the header, and the id is stored with the event: only what has the
    /// form of an X-Ray trace id, `1-<8 hex digits>-<24 hex digits>`, is taken.
    package static func traceID(_ context: LambdaContext) -> String {
        let parts = (context.traceID ?? "").split(separator: ";")
        let root = parts.first { $0.hasPrefix("Root=") }.map { String($0.dropFirst(5)) }
        guard let root, isTraceID(root) else { return context.requestID }
        return root
    }

    private static func isTraceID(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: 0x2d, omittingEmptySubsequences: false)
        let isHex = parts.dropFirst().joined().allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
        }
        return parts.map(\.count) == [1, 8, 24] && parts[0].first == 0x31 && isHex
    }

    /// A header field, or nil if it is absent.
    ///
    /// - Parameter name: in lower case.
    package func field(_ name: String) -> String? {
        request.headers[name]
    }

    /// The body of a request that must have one media type.
    ///
    /// - Throws: ``Problem/unsupportedMediaType``, ``Problem/bodyTooLarge`` or, for a body that
    ///   should be base 64 and is not, ``Problem/malformedBody``.
    package func body(mediaType: String, bytesMax: Int) throws(Problem) -> [UInt8] {
        guard Self.mediaType(field("content-type") ?? "") == mediaType else {
            throw .unsupportedMediaType
        }
        // Base 64 makes four bytes of three: refuse before decoding what cannot fit.
        guard (request.body ?? "").utf8.count <= bytesMax * 4 / 3 + 4 else { throw .bodyTooLarge }
        guard let bytes = try? request.bodyBytes() else { throw .malformedBody }
        guard bytes.count <= bytesMax else { throw .bodyTooLarge }
        return bytes
    }

    /// The media type of a Content-Type field in lower case, without parameters (RFC 9110,
    /// section 8.3.1).
    private static func mediaType(_ field: String) -> String {
        let essence = field.prefix { $0 != ";" }.drop { $0 == " " || $0 == "\t" }
        let end = essence.lastIndex { $0 != " " && $0 != "\t" }
        return end.map { essence[...$0].lowercased() } ?? ""
    }
}

/// What a route answers.
package struct Answer: Sendable {
    package var status = 200
    package var fields: [String: String] = [:]
    /// JSON text.
    package var body: String

    package init(status: Int = 200, fields: [String: String] = [:], body: String) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}
