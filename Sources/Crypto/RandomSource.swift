/// Where unpredictable bytes come from; a parameter, so that tests can hand in known ones.
package struct RandomSource: Sendable {
    /// Gives as many bytes as asked for.
    package let bytes: @Sendable (Int) -> [UInt8]

    /// Makes a source of a function.
    package init(bytes: @escaping @Sendable (Int) -> [UInt8]) {
        self.bytes = bytes
    }

    /// The cryptographic generator of libcrypto.
    package static let system = RandomSource { OpenSSL.randomBytes($0) }
}
