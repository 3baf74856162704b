import Crypto
import TextEncoding

/// A request for a token: a form (RFC 6749, section 4.4.2) and the client's credentials, in a
/// Basic header or in the form, not in both.
package struct TokenRequest: Sendable {
    package let clientID: String
    package let clientSecret: String
    /// As asked for; nil asks for all that the client holds.
    package let scope: String?
    /// Whether the credentials came in the header.
    package let usedHeader: Bool

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - body: the form, at most 8 KiB.
    ///   - authorization: the Authorization field, if there is one.
    package init(body: [UInt8], authorization: String?) throws(TokenError) {
        guard body.count <= Self.bytesMax, let form = Form(body) else { throw .invalidRequest }
        guard let grant = form.fields["grant_type"] else { throw .invalidRequest }
        guard grant == "client_credentials" else { throw .unsupportedGrantType }
        scope = form.fields["scope"]
        if let authorization {
            guard form.fields["client_secret"] == nil else { throw .invalidRequest }
            guard let credentials = Self.basic(authorization) else {
                throw .invalidClient(usedHeader: true)
            }
            guard form.fields["client_id"].map({ $0 == credentials.id }) ?? true else {
                throw .invalidRequest
            }
            (clientID, clientSecret) = credentials
            usedHeader = true
        } else {
            guard let id = form.fields["client_id"], let secret = form.fields["client_secret"]
            else { throw .invalidClient(usedHeader: false) }
            (clientID, clientSecret) = (id, secret)
            usedHeader = false
        }
        guard Client.isValidID(clientID) else { throw .invalidClient(usedHeader: usedHeader) }
    }

    /// Credentials of a Basic header: each half is form-encoded first (RFC 6749, section 2.3.1).
    private static func basic(_ field: String) -> (id: String, secret: String)? {
        let parts = field.split(separator: " ")
        guard field.utf8.count <= bytesMax, parts.count == 2, parts[0].lowercased() == "basic",
            let bytes = Base64.decode(String(parts[1])),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let id = Form.decode(bytes[..<colon]), let secret = Form.decode(bytes[(colon + 1)...])
        else { return nil }
        return (id, secret)
    }

    private static let bytesMax = 8_192
}

extension TokenRequest: CustomStringConvertible {
    /// Never the secret.
    package var description: String { "TokenRequest(\(clientID))" }
}

/// An `application/x-www-form-urlencoded` body, each name at most once.
///
/// As RFC 6749, section 3.2, has it: a parameter without a value counts as left out, and what is
/// not known is for the reader to ignore.
struct Form {
    let fields: [String: String]

    /// Reads a form; nil if it is not one.
    init?(_ body: [UInt8]) {
        var fields: [String: String] = [:]
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let halves = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let name = Self.decode(halves[0]),
                let value = Self.decode(halves[1]), fields.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        self.fields = fields.filter { !$0.value.isEmpty }
    }

    /// Decodes `+` and `%XX`; nil if it is not UTF-8 then.
    static func decode(_ text: ArraySlice<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let pair = Hex.decode(String(decoding: rest.prefix(2), as: UTF8.self)),
                    pair.count == 1
                else { return nil }
                bytes += pair
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
