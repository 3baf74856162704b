import COpenSSL

/// The calls of libcrypto, each with its return code checked in one place.
///
/// No other file touches the C API.
enum OpenSSL {
    /// Throws unless a call returned 1, which is success throughout the EVP interface.
    fileprivate static func check(
        _ result: Int32, _ operation: StaticString
    ) throws(OpenSSLError) {
        guard result != 1 else { return }
        let code = ERR_get_error()
        // The queue belongs to the thread: what is left in it would blame a later call.
        ERR_clear_error()
        throw OpenSSLError(operation: "\(operation)", code: UInt(code))
    }

    /// Throws unless a call returned an object.
    fileprivate static func object<Object>(
        _ object: Object?, _ operation: StaticString
    ) throws(OpenSSLError) -> Object {
        try check(object == nil ? 0 : 1, operation)
        guard let object else { throw OpenSSLError(operation: "\(operation)", code: 0) }
        return object
    }

    /// Runs what fails only when memory is exhausted or libcrypto is not usable at all.
    private static func mustSucceed<Result>(
        _ body: () throws(OpenSSLError) -> Result
    ) -> Result {
        do {
            return try body()
        } catch {
            fatalError("\(error)")
        }
    }

    // Fetching an algorithm walks the providers, which costs more than hashing a short message.
    // `nonisolated(unsafe)` is right here: a fetched algorithm never changes, and OpenSSL counts
    // its references atomically.
    nonisolated(unsafe) fileprivate static let sha256 = mustSucceed { () throws(OpenSSLError) in
        try object(EVP_MD_fetch(nil, "SHA2-256", nil), "EVP_MD_fetch")
    }

    /// A context of HMAC-SHA256 without a key; it is only ever duplicated, never written to.
    nonisolated(unsafe) private static let hmacSHA256 = mustSucceed { () throws(OpenSSLError) in
        let algorithm = try object(EVP_MAC_fetch(nil, "HMAC", nil), "EVP_MAC_fetch")
        defer { EVP_MAC_free(algorithm) }
        let context = try object(EVP_MAC_CTX_new(algorithm), "EVP_MAC_CTX_new")
        var name = Array("SHA2-256".utf8CString)
        try name.withUnsafeMutableBufferPointer { (name) throws(OpenSSLError) in
            let parameters = [
                OSSL_PARAM_construct_utf8_string(ttsr_mac_digest_name(), name.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            try check(EVP_MAC_CTX_set_params(context, parameters), "EVP_MAC_CTX_set_params")
        }
        return context
    }

    /// SHA-256 of a message: 32 bytes.
    static func digestSHA256(_ message: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { output, count in
            mustSucceed { () throws(OpenSSLError) in
                try check(
                    EVP_Digest(message, message.count, output.baseAddress, nil, sha256, nil),
                    "EVP_Digest")
            }
            count = 32
        }
    }

    /// Nil where libcrypto is set up without it.
    nonisolated(unsafe) private static let md5 = EVP_MD_fetch(nil, "MD5", nil)

    /// MD5 of a message: 16 bytes; nil where libcrypto is set up without it.
    static func digestMD5(_ message: [UInt8]) -> [UInt8]? {
        guard let md5 else {
            ERR_clear_error()
            return nil
        }
        return [UInt8](unsafeUninitializedCapacity: 16) { output, count in
            mustSucceed { () throws(OpenSSLError) in
                try check(
                    EVP_Digest(message, message.count, output.baseAddress, nil, md5, nil),
                    "EVP_Digest")
            }
            count = 16
        }
    }

    /// HMAC-SHA256 of a message: 32 bytes.
    static func authenticateSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { output, count in
            mustSucceed { () throws(OpenSSLError) in
                let context = try object(EVP_MAC_CTX_dup(hmacSHA256), "EVP_MAC_CTX_dup")
                defer { EVP_MAC_CTX_free(context) }
                // A null key would mean "keep the old one", so an empty key still needs an address.
                try check(
                    EVP_MAC_init(context, key.isEmpty ? [0] : key, key.count, nil), "EVP_MAC_init")
                try check(EVP_MAC_update(context, message, message.count), "EVP_MAC_update")
                try check(EVP_MAC_final(context, output.baseAddress, &count, 32), "EVP_MAC_final")
            }
        }
    }

    /// PBKDF2 with HMAC-SHA256; counts and lengths are positive and fit 32 bits.
    static func deriveKey(
        password: [UInt8], salt: [UInt8], iterations: Int32, length: Int32
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(length)) { output, count in
            mustSucceed { () throws(OpenSSLError) in
                let result = password.withUnsafeBytes { password in
                    PKCS5_PBKDF2_HMAC(
                        password.baseAddress?.assumingMemoryBound(to: CChar.self),
                        Int32(password.count), salt, Int32(salt.count), iterations, sha256, length,
                        output.baseAddress)
                }
                try check(result, "PKCS5_PBKDF2_HMAC")
            }
            count = Int(length)
        }
    }

    /// Bytes of OpenSSL's own generator, which the operating system seeds.
    static func randomBytes(_ requested: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: requested) { output, count in
            mustSucceed { () throws(OpenSSLError) in
                try check(RAND_bytes(output.baseAddress, Int32(requested)), "RAND_bytes")
            }
            count = requested
        }
    }

    /// Compares equally long arrays in a time that depends on their length only.
    static func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        CRYPTO_memcmp(left, right, left.count) == 0
    }
}

/// An RSA key of libcrypto that frees itself.
///
/// `@unchecked Sendable` is right here: the key does not change after its initializer, and OpenSSL
/// allows any number of threads to sign and verify with one `EVP_PKEY` (openssl-threads(7)).
final class RSAKeyHandle: @unchecked Sendable {
    private let key: OpaquePointer

    private init(owning key: OpaquePointer) {
        self.key = key
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// Makes a new key pair.
    static func generate(bits: Int32) throws(OpenSSLError) -> RSAKeyHandle {
        let context = try OpenSSL.object(
            EVP_PKEY_CTX_new_from_name(nil, "RSA", nil), "EVP_PKEY_CTX_new_from_name")
        defer { EVP_PKEY_CTX_free(context) }
        try OpenSSL.check(EVP_PKEY_keygen_init(context), "EVP_PKEY_keygen_init")
        try OpenSSL.check(
            EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits), "EVP_PKEY_CTX_set_rsa_keygen_bits")
        var key: OpaquePointer?
        try OpenSSL.check(EVP_PKEY_generate(context, &key), "EVP_PKEY_generate")
        return RSAKeyHandle(owning: try OpenSSL.object(key, "EVP_PKEY_generate"))
    }

    /// Reads an unencrypted private key.
    init(pem: [UInt8]) throws(OpenSSLError) {
        // Copied in: a BIO over the array itself would keep a pointer that is only good for the
        // call that takes it.
        let input = try OpenSSL.object(BIO_new(BIO_s_mem()), "BIO_new")
        defer { BIO_free(input) }
        try OpenSSL.check(
            BIO_write(input, pem, Int32(pem.count)) == Int32(pem.count) ? 1 : 0, "BIO_write")
        // Without a callback OpenSSL would ask the terminal for the passphrase of an encrypted key.
        key = try OpenSSL.object(
            PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in -1 }, nil),
            "PEM_read_bio_PrivateKey")
    }

    /// Makes a public key of its big-endian numbers.
    init(modulus: [UInt8], exponent: [UInt8]) throws(OpenSSLError) {
        let builder = try OpenSSL.object(OSSL_PARAM_BLD_new(), "OSSL_PARAM_BLD_new")
        defer { OSSL_PARAM_BLD_free(builder) }
        let n = try OpenSSL.object(BN_bin2bn(modulus, Int32(modulus.count), nil), "BN_bin2bn")
        defer { BN_free(n) }
        let e = try OpenSSL.object(BN_bin2bn(exponent, Int32(exponent.count), nil), "BN_bin2bn")
        defer { BN_free(e) }
        try OpenSSL.check(
            OSSL_PARAM_BLD_push_BN(builder, ttsr_rsa_modulus_name(), n), "OSSL_PARAM_BLD_push_BN")
        try OpenSSL.check(
            OSSL_PARAM_BLD_push_BN(builder, ttsr_rsa_exponent_name(), e), "OSSL_PARAM_BLD_push_BN")
        let parameters = try OpenSSL.object(
            OSSL_PARAM_BLD_to_param(builder), "OSSL_PARAM_BLD_to_param")
        defer { OSSL_PARAM_free(parameters) }
        let context = try OpenSSL.object(
            EVP_PKEY_CTX_new_from_name(nil, "RSA", nil), "EVP_PKEY_CTX_new_from_name")
        defer { EVP_PKEY_CTX_free(context) }
        try OpenSSL.check(EVP_PKEY_fromdata_init(context), "EVP_PKEY_fromdata_init")
        var key: OpaquePointer?
        try OpenSSL.check(
            EVP_PKEY_fromdata(context, &key, ttsr_EVP_PKEY_PUBLIC_KEY, parameters),
            "EVP_PKEY_fromdata")
        self.key = try OpenSSL.object(key, "EVP_PKEY_fromdata")
    }

    /// Whether this is an RSA key; a PEM file may hold another kind.
    var isRSA: Bool {
        EVP_PKEY_is_a(key, "RSA") == 1
    }

    /// The length of the modulus in bits.
    var bits: Int {
        Int(EVP_PKEY_get_bits(key))
    }

    /// The public numbers, big-endian without leading zeros.
    func publicNumbers() throws(OpenSSLError) -> (modulus: [UInt8], exponent: [UInt8]) {
        (try number(ttsr_rsa_modulus_name()), try number(ttsr_rsa_exponent_name()))
    }

    private func number(_ name: UnsafePointer<CChar>) throws(OpenSSLError) -> [UInt8] {
        var number: OpaquePointer?
        try OpenSSL.check(EVP_PKEY_get_bn_param(key, name, &number), "EVP_PKEY_get_bn_param")
        defer { BN_free(number) }
        let length = (Int(BN_num_bits(number)) + 7) / 8
        return [UInt8](unsafeUninitializedCapacity: length) { output, count in
            count = Int(BN_bn2bin(number, output.baseAddress))
        }
    }

    /// The private key as unencrypted PKCS #8 in PEM.
    func privatePEM() throws(OpenSSLError) -> [UInt8] {
        let output = try OpenSSL.object(BIO_new(BIO_s_mem()), "BIO_new")
        defer { BIO_free(output) }
        try OpenSSL.check(
            PEM_write_bio_PKCS8PrivateKey(output, key, nil, nil, 0, nil, nil),
            "PEM_write_bio_PKCS8PrivateKey")
        var pem = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(output)))
        let count = BIO_read(output, &pem, Int32(pem.count))
        try OpenSSL.check(Int(count) == pem.count ? 1 : 0, "BIO_read")
        return pem
    }

    /// Signs with RSASSA-PKCS1-v1_5 and SHA-256 (RFC 8017 section 8.2).
    func signSHA256(_ message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        let context = try OpenSSL.object(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        defer { EVP_MD_CTX_free(context) }
        try OpenSSL.check(
            EVP_DigestSignInit(context, nil, OpenSSL.sha256, nil, key), "EVP_DigestSignInit")
        var length = Int(EVP_PKEY_get_size(key))
        var signature = [UInt8](repeating: 0, count: length)
        try OpenSSL.check(
            EVP_DigestSign(context, &signature, &length, message, message.count), "EVP_DigestSign")
        signature.removeLast(signature.count - length)
        return signature
    }

    /// Throws unless the signature is one of this key over the message.
    func verifySHA256(signature: [UInt8], of message: [UInt8]) throws(OpenSSLError) {
        let context = try OpenSSL.object(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        defer { EVP_MD_CTX_free(context) }
        try OpenSSL.check(
            EVP_DigestVerifyInit(context, nil, OpenSSL.sha256, nil, key), "EVP_DigestVerifyInit")
        try OpenSSL.check(
            EVP_DigestVerify(context, signature, signature.count, message, message.count),
            "EVP_DigestVerify")
    }
}
