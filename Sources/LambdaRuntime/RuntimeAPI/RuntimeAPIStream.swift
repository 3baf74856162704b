import HTTPClient
import TextEncoding

/// A streamed answer on the wire: one chunked POST, with the error of a failure in its trailers.
///
/// Source: AWS Lambda developer guide, "Implementing response streaming in a custom runtime".
final class RuntimeAPIStream: ResponseSink {
    private let url: String
    private let userAgent: String
    private var request: HTTPRequestStream?

    init(url: String, userAgent: String) {
        self.url = url
        self.userAgent = userAgent
    }

    func open(
        _ head: ResponseHead, _ piece: UnsafeRawBufferPointer
    ) throws(HTTPClientError) -> Int? {
        let request = try HTTPRequestStream(
            "POST", url: url,
            fields: [
                HTTPField(RuntimeAPIField.contentType, head.contentType),
                HTTPField(RuntimeAPIField.responseMode, "streaming"),
            ],
            trailerNames: [RuntimeAPIField.functionErrorType, RuntimeAPIField.functionErrorBody],
            // No deadline: the platform takes the answer at its own pace.
            limits: HTTPLimits(deadlineMs: nil, truncateInsteadOfFail: true),
            policy: .unrestricted, userAgent: userAgent)
        self.request = request
        let opening = head.opening
        guard !opening.isEmpty else { return try request.write(piece) }
        let status = try opening.withUnsafeBufferPointer { bytes throws(HTTPClientError) in
            try request.write(UnsafeRawBufferPointer(bytes))
        }
        if let status { return status }
        return try request.write(piece)
    }

    func send(_ piece: UnsafeRawBufferPointer) throws(HTTPClientError) -> Int? {
        guard let request else { throw Self.notOpen }
        return try request.write(piece)
    }

    func finish(_ failure: ErrorReport?) throws(HTTPClientError) -> Int {
        guard let request else { throw Self.notOpen }
        // The connection is closed when the answer has been taken.
        defer { self.request = nil }
        guard let failure else { return try request.finish() }
        return try request.finish(trailers: [
            HTTPField(RuntimeAPIField.functionErrorType, failure.fieldValue),
            HTTPField(RuntimeAPIField.functionErrorBody, Base64.encode(failure.body)),
        ])
    }

    private static let notOpen = HTTPClientError(.other, "response is not open")
}
