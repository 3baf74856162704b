/// Reads JSON (RFC 8259) without leniency.
///
/// Refused, besides what the grammar refuses: a byte order mark, duplicate member names, invalid
/// UTF-8, escaped lone surrogates, number tokens above 64 bytes, and whatever exceeds the limits.
public enum StrictJSON {
    /// Reads one document.
    ///
    /// - Parameters:
    ///   - bytes: the whole document, UTF-8.
    ///   - limits: the size and depth accepted.
    /// - Returns: the value, with member order and number tokens kept.
    /// - Throws: ``JSONReadError`` naming the kind and the place, never the value.
    public static func parse(
        _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
    ) throws(JSONReadError) -> JSONValue {
        guard bytes.count <= limits.bytesMax else {
            throw JSONReadError(code: .tooLarge, pointer: "", offset: limits.bytesMax)
        }
        return try bytes.withUnsafeBufferPointer { (buffer) throws(JSONReadError) in
            var reader = JSONReader(bytes: buffer, depthMax: limits.depthMax)
            return try reader.readDocument()
        }
    }
}
