import Crypto
import StrictJSON
import TextEncoding

/// Makes tokens that the real issuer never would.
struct TokenForge {
    static let issuer = "https://issuer.test"
    static let audience = "ttsr"
    static let now: Int64 = 1_800_000_000

    static let header = #"{"alg":"RS256","kid":"k1","typ":"at+jwt"}"#
    static let claims = claims()

    /// A complete set of claims with some members replaced; an empty text removes one.
    static func claims(_ changes: [String: String] = [:], adding extra: String = "") -> String {
        let members = [
            ("iss", "\"\(issuer)\""), ("aud", "\"\(audience)\""), ("sub", "\"client-1\""),
            ("exp", "\(now + 600)"), ("iat", "\(now - 10)"), ("nbf", "\(now - 10)"),
        ]
        let written = members.compactMap { name, value -> String? in
            let value = changes[name] ?? value
            return value.isEmpty ? nil : "\"\(name)\":\(value)"
        }
        return "{" + written.joined(separator: ",") + extra + "}"
    }

    let key: RSAPrivateKey

    /// A token with these texts as its header and claims, correctly signed.
    func token(header: String = header, claims: String = claims) throws -> String {
        try signed(
            Base64.encodeURL(Array(header.utf8)) + "." + Base64.encodeURL(Array(claims.utf8)))
    }

    /// Any text with a correct signature behind it.
    func signed(_ input: String) throws -> String {
        input + "." + Base64.encodeURL(try key.sign(Array(input.utf8)))
    }
}
