internal import HTTPServer
import TextEncoding

/// Makes the HTTP answer that a function's answer means.
enum HTTPAnswer {
    /// A function streams an answer with this type behind a prelude that has its status and fields.
    static let preludeType = "application/vnd.awslambda.http-integration-response"

    /// An answer, and what its function's developer may want to know of it.
    struct Reading: Sendable {
        var answer: HTTPServerAnswer
        var hint: String?
    }

    /// The server's own business, whatever a function says.
    private static let ownFields: Set = [
        "connection", "content-length", "date", "keep-alive", "server", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
    /// What a REST API sends on under another name.
    ///
    /// Source: "Important notes" of the API Gateway developer guide.
    private static let remappedFields: Set = [
        "connection", "content-length", "date", "server", "www-authenticate",
    ]

    /// Reads a whole answer.
    ///
    /// - Parameters:
    ///   - payload: What the function answered.
    ///   - wantsBytes: Of a REST API: whether a body that is base64 is to be decoded; otherwise the
    ///     client gets the base64.
    static func read(
        _ payload: [UInt8], _ gateway: Gateway, wantsBytes: Bool = true
    ) throws(AnswerProblem) -> Reading {
        let document: AnswerDocument?
        do {
            document = try AnswerDocument(payload)
        } catch {
            // An HTTP API does not look whether a body it infers is JSON, whatever its guide says.
            guard gateway.infersAnswers else { throw AnswerProblem(error) }
            return Reading(
                answer: inferred(payload),
                hint: "its answer is not JSON (byte \(error.offset)), and so the body of a 200")
        }
        guard let document, document.status != nil else {
            guard gateway.infersAnswers else {
                throw AnswerProblem("statusCode was expected in it, and there is none")
            }
            return Reading(answer: inferred(payload))
        }
        var answer = try head(document, gateway)
        answer.body = try body(document, isDecoded: wantsBytes)
        return Reading(answer: answer, hint: hint(document, gateway, wantsBytes: wantsBytes))
    }

    /// What of an answer is passed over.
    private static func hint(
        _ document: AnswerDocument, _ gateway: Gateway, wantsBytes: Bool
    ) -> String? {
        if !gateway.takesMultiValueHeaders, !document.multiValueHeaders.isEmpty {
            return "multiValueHeaders is passed over in payload format 2.0: values can be joined "
                + "by commas, and cookies has cookies"
        }
        if !gateway.takesCookies, !document.cookies.isEmpty {
            return "cookies is passed over in payload format 1.0: multiValueHeaders can have "
                + "Set-Cookie"
        }
        guard document.isBase64Encoded, !wantsBytes else { return nil }
        return "isBase64Encoded is true, but the first type of the request's Accept field is not "
            + "one of BinaryMediaTypes: the client gets base64"
    }

    /// Reads the prelude of a streamed answer: all but its body. The status is 200 without one.
    static func readPrelude(
        _ bytes: [UInt8], _ gateway: Gateway
    ) throws(AnswerProblem) -> HTTPServerAnswer {
        let document: AnswerDocument?
        do {
            document = try AnswerDocument(bytes)
        } catch {
            throw AnswerProblem(error)
        }
        guard let document else { throw AnswerProblem("an object was expected before the 8 NULs") }
        return try head(document, gateway, isPrelude: true)
    }

    /// Any JSON without `statusCode`, and even what is no JSON, is the body of a 200.
    private static func inferred(_ payload: [UInt8]) -> HTTPServerAnswer {
        var scanner = JSONScanner(payload)
        var body = payload
        if payload.first == UInt8(ascii: "\""), let text = try? scanner.readString() { body = text }
        return HTTPServerAnswer(
            status: 200, fields: [("content-type", "application/json")], body: body)
    }

    private static func head(
        _ document: AnswerDocument, _ gateway: Gateway, isPrelude: Bool = false
    ) throws(AnswerProblem) -> HTTPServerAnswer {
        if let problem = document.problem { throw problem }
        var fields = document.headers
        if isPrelude || gateway.takesMultiValueHeaders {
            // A pair that is in both lists is sent once.
            fields.removeAll { field in
                document.multiValueHeaders.contains { $0.0 == field.0 && $0.1 == field.1 }
            }
            fields += document.multiValueHeaders
        }
        fields = fields.compactMap { field in named(field, gateway) }
        if isPrelude || gateway.takesCookies {
            fields += document.cookies.map { ("set-cookie", $0) }
        }
        if !fields.contains(where: { $0.0.lowercased() == "content-type" }) {
            fields.append(
                ("content-type", isPrelude ? "application/octet-stream" : gateway.usualType))
        }
        return HTTPServerAnswer(status: document.status ?? 200, fields: fields)
    }

    /// A field under the name that the client gets it with; nil for one that it does not get.
    private static func named(
        _ field: (String, String), _ gateway: Gateway
    ) -> (String, String)? {
        let name = field.0.lowercased()
        if case .restAPI = gateway, remappedFields.contains(name) {
            return ("x-amzn-Remapped-" + field.0, field.1)
        }
        return ownFields.contains(name) ? nil : field
    }

    private static func body(
        _ document: AnswerDocument, isDecoded: Bool
    ) throws(AnswerProblem) -> [UInt8] {
        guard document.isBase64Encoded, isDecoded else { return document.body }
        let text = String(decoding: document.body, as: UTF8.self)
        // AWS takes base64 without its padding, too.
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let bytes = Base64.decode(text + padding) else {
            throw AnswerProblem(
                "body", at: document.bodyOffset,
                expected: "base64 (isBase64Encoded is true)")
        }
        return bytes
    }
}

extension Gateway {
    /// Whether an answer without `statusCode` is the body of a 200.
    fileprivate var infersAnswers: Bool {
        switch self {
        case .httpAPI(let isVersion1): !isVersion1
        case .restAPI: false
        case .functionURL: true
        }
    }

    fileprivate var takesMultiValueHeaders: Bool { !infersAnswers }
    fileprivate var takesCookies: Bool { infersAnswers }

    /// The type of an answer that names none.
    fileprivate var usualType: String {
        switch self {
        case .httpAPI: "text/plain;charset=UTF-8"
        case .restAPI, .functionURL: "application/json"
        }
    }
}
