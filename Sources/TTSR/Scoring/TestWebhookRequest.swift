import Scorecard
import StrictJSON

/// A request for a test webhook: `{"endpoint_id": "ep_..."}` and nothing else.
package struct TestWebhookRequest: Sendable, Hashable {
    /// Which endpoint.
    package let endpointID: String

    /// Reads a request.
    ///
    /// - Throws: ``RequestError``, which names the place and never the value.
    package init(body: [UInt8]) throws(RequestError) {
        guard case .object(let members) = try RequestBody.parse(body) else {
            throw .invalid([FieldError(pointer: "", code: "object_required")])
        }
        var errors = RequestBody.unknown(members, known: ["endpoint_id"])
        let value = members.first { $0.name == "endpoint_id" }?.value
        if value == nil {
            errors.append(FieldError(pointer: "/endpoint_id", code: "field_required"))
        } else if value?.string.map(EventID.isValid) != true {
            errors.append(FieldError(pointer: "/endpoint_id", code: "endpoint_id_invalid"))
        }
        guard errors.isEmpty, let id = value?.string else {
            throw .invalid(Array(errors.prefix(32)))
        }
        endpointID = id
    }
}
