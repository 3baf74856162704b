/// A call of libcrypto that failed.
package struct OpenSSLError: Error, Sendable, Equatable {
    /// The C function.
    package let operation: String
    /// The packed code of the first entry of OpenSSL's error queue; zero when the queue was empty.
    package let code: UInt
}

extension OpenSSLError: CustomStringConvertible {
    package var description: String {
        "libcrypto: \(operation) failed with code 0x\(String(code, radix: 16))"
    }
}
