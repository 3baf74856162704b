/// Why a key was refused.
package enum RSAKeyError: String, Error {
    /// The text or the numbers are not a key.
    case malformed
    /// The key is of another algorithm.
    case notRSA
    /// The modulus is not of 2048 to 4096 bits.
    case size
}

/// The lengths of modulus accepted: less is weak, more lets a caller buy time with one signature.
let rsaModulusBits = 2048...4096
