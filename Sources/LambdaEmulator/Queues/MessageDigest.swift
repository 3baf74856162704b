internal import Crypto
import TextEncoding

/// The checksums by which senders and receivers see that SQS got and gives the same message.
///
/// Source: "Calculating the MD5 message digest for message attributes" of the Amazon SQS developer
/// guide.
enum MessageDigest {
    /// Of a body; nil where libcrypto has no MD5: SDKs then check nothing.
    static func ofBody(_ body: [UInt8]) -> String? { MD5.hash(body).map(Hex.encode) }

    /// Of attributes; nil without any.
    static func ofAttributes(_ attributes: [MessageAttribute]) -> String? {
        guard !attributes.isEmpty else { return nil }
        var bytes: [UInt8] = []
        for attribute in attributes.sorted(by: { $0.name < $1.name }) {
            append(Array(attribute.name.utf8), to: &bytes)
            append(Array(attribute.type.utf8), to: &bytes)
            bytes.append(attribute.isBinary ? 2 : 1)
            append(attribute.value, to: &bytes)
        }
        return MD5.hash(bytes).map(Hex.encode)
    }

    /// The deduplication id of a body.
    static func deduplicationID(of body: [UInt8]) -> String { Hex.encode(SHA256.hash(body)) }

    private static func append(_ part: [UInt8], to bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(part.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: part)
    }
}
