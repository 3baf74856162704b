/// Why a token was refused; the text of the token is never part of it.
package enum JSONWebTokenError: String, Error {
    /// Not a compact token of three parts, not JSON, or a claim is missing or of the wrong type.
    case malformed
    /// The algorithm is not RS256.
    case algorithm
    /// The type is not `at+jwt`.
    case type
    /// No key has this identifier.
    case unknownKey
    /// The signature does not fit.
    case signature
    /// Issued by somebody else.
    case issuer
    /// Meant for somebody else.
    case audience
    /// The expiry has been reached.
    case expired
    /// The token's time has not begun.
    case notYetValid
}
