package import StrictJSON
import TextEncoding

/// Signed access tokens: JSON Web Tokens (RFC 7519) of the profile RFC 9068, RS256 only.
package enum JSONWebToken {
    /// The longest token read, in bytes.
    package static let bytesMax = 4_096

    private static let period: UInt8 = 0x2E

    /// Makes a token.
    ///
    /// - Parameters:
    ///   - claims: the claims, an object.
    ///   - key: the issuer's key.
    ///   - keyID: the identifier under which verifiers find the public key.
    package static func sign(
        claims: JSONValue, key: RSAPrivateKey, keyID: String
    ) throws -> String {
        let header: JSONValue = ["alg": "RS256", "kid": .string(keyID), "typ": "at+jwt"]
        let signed =
            Base64.encodeURL(header.serialized()) + "." + Base64.encodeURL(claims.serialized())
        return signed + "." + Base64.encodeURL(try key.sign(Array(signed.utf8)))
    }

    /// Checks a token and gives its claims.
    ///
    /// Header first, then the key, then the signature; no claim is looked at before the signature
    /// fits. There is no leeway: a token is expired in the very second of its `exp`.
    ///
    /// - Parameters:
    ///   - token: the compact form, at most 4 KiB.
    ///   - issuer: what `iss` has to be.
    ///   - audience: what `aud` has to be, or to contain.
    ///   - now: the time in Unix seconds.
    ///   - key: finds the key of an identifier; nil when there is none.
    /// - Throws: ``JSONWebTokenError``, or whatever `key` throws.
    package static func verify(
        _ token: String, issuer: String, audience: String, now: Int64,
        key: (String) throws -> RSAPublicKey?
    ) throws -> JSONValue {
        guard token.utf8.count <= bytesMax else { throw JSONWebTokenError.malformed }
        let parts = token.utf8.split(separator: period, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw JSONWebTokenError.malformed }
        let keyID = try checkHeader(try object(parts[0]))
        guard let signature = Base64.decodeURL(String(Substring(parts[2]))) else {
            throw JSONWebTokenError.malformed
        }
        guard let key = try key(keyID) else { throw JSONWebTokenError.unknownKey }
        let signed = Array(token.utf8[..<parts[1].endIndex])
        guard key.verify(signature: signature, of: signed) else {
            throw JSONWebTokenError.signature
        }
        let claims = try object(parts[1])
        try checkParties(claims, issuer: issuer, audience: audience)
        try checkTimes(claims, now: now)
        return claims
    }

    /// The key that a token names, so that it can be fetched before the token is verified.
    ///
    /// Nothing of the token has been verified then: the name is only good for a look-up.
    package static func keyID(of token: String) -> String? {
        guard token.utf8.count <= bytesMax else { return nil }
        let parts = token.utf8.split(separator: period, omittingEmptySubsequences: false)
        guard parts.count == 3, let header = try? object(parts[0]) else { return nil }
        return try? checkHeader(header)
    }

    /// Reads one part that has to be a JSON object.
    private static func object(_ part: Substring.UTF8View) throws -> JSONValue {
        guard let bytes = Base64.decodeURL(String(Substring(part))),
            let value = try? StrictJSON.parse(bytes, limits: JSONLimits(bytesMax: bytesMax)),
            value.object != nil
        else {
            throw JSONWebTokenError.malformed
        }
        return value
    }

    /// Checks the header and gives the key's identifier.
    private static func checkHeader(_ header: JSONValue) throws -> String {
        guard header["alg"]?.string == "RS256" else { throw JSONWebTokenError.algorithm }
        guard header["typ"]?.string == "at+jwt" else { throw JSONWebTokenError.type }
        // RFC 7515 section 4.1.11: an extension that is not understood makes the token invalid.
        guard header["crit"] == nil else { throw JSONWebTokenError.malformed }
        guard let keyID = header["kid"]?.string else { throw JSONWebTokenError.unknownKey }
        return keyID
    }

    private static func checkParties(
        _ claims: JSONValue, issuer: String, audience: String
    ) throws {
        guard claims["iss"]?.string == issuer else { throw JSONWebTokenError.issuer }
        switch claims["aud"] {
        case .string(let single):
            guard single == audience else { throw JSONWebTokenError.audience }
        case .array(let several):
            guard several.allSatisfy({ $0.string != nil }) else {
                throw JSONWebTokenError.malformed
            }
            guard several.contains(.string(audience)) else { throw JSONWebTokenError.audience }
        default:
            throw JSONWebTokenError.audience
        }
    }

    private static func checkTimes(_ claims: JSONValue, now: Int64) throws {
        guard let expiry = claims["exp"]?.number?.integer,
            let issued = claims["iat"]?.number?.integer, issued <= expiry
        else {
            throw JSONWebTokenError.malformed
        }
        guard now < expiry else { throw JSONWebTokenError.expired }
        guard issued <= now else { throw JSONWebTokenError.notYetValid }
        guard let begin = claims["nbf"] else { return }
        guard let begin = begin.number?.integer else { throw JSONWebTokenError.malformed }
        guard begin <= now else { throw JSONWebTokenError.notYetValid }
    }
}
