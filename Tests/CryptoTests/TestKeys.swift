import Crypto

/// Keys that many tests share: making one takes a tenth of a second.
enum TestKeys {
    static let first = Result { try RSAPrivateKey.generate() }
    static let second = Result { try RSAPrivateKey.generate() }
}
