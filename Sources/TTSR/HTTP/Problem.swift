package import LambdaRuntime
package import Scorecard
import StrictJSON

/// Problem details (RFC 9457): the one shape of every error that a caller gets.
///
/// A problem says what the caller can act on and nothing of the inside; it never echoes a value.
package struct Problem: Error, Sendable, Hashable {
    /// The HTTP status.
    package let status: Int
    /// Stable and machine-readable, such as `idempotency_key_reused`.
    package let code: String
    /// One sentence, the same for every occurrence of the code.
    package let title: String
    /// Each invalid place of the request, by JSON pointer (RFC 6901), and what is wrong there.
    package var errors: [FieldError] = []
    /// The `error` member that RFC 6749 asks for, beside the problem's own.
    package var oauthError: String?
    /// Further header fields of the answer.
    package var fields: [String: String] = [:]

    /// Makes a problem; the table of them is ``Problem`` in `Problem+Catalog.swift`.
    init(_ status: Int, _ code: String, _ title: String) {
        self.status = status
        self.code = code
        self.title = title
    }

    /// The problem with one more header field.
    func with(_ name: String, _ value: String) -> Problem {
        var problem = self
        problem.fields[name] = value
        return problem
    }

    /// The problem with the places of the request that it is about.
    func with(_ errors: [FieldError]) -> Problem {
        var problem = self
        problem.errors = errors
        return problem
    }

    /// The answer to the caller.
    package func response(traceID: String) -> HTTPAPIResponse {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.member("type", "urn:ttsr:problem:\(code)")
        writer.member("title", title)
        writer.member("status", Int64(status))
        writer.member("code", code)
        writer.member("trace_id", traceID)
        if let oauthError { writer.member("error", oauthError) }
        if !errors.isEmpty {
            writer.name("errors")
            writer.beginArray()
            for error in errors {
                writer.beginObject()
                writer.member("pointer", error.pointer)
                writer.member("code", error.code)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        var fields = self.fields
        fields["Content-Type"] = "application/problem+json"
        fields["Cache-Control"] = "no-store"
        return HTTPAPIResponse(statusCode: status, headers: fields, bytes: writer.bytes)
    }
}
