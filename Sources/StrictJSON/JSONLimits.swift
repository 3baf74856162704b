/// How much a document may ask of its reader.
public struct JSONLimits: Sendable {
    /// The deepest nesting any caller can allow.
    ///
    /// The reader is recursive and must not exhaust its stack.
    public static let depthCeiling = 256

    /// The largest document, in bytes.
    public var bytesMax: Int
    /// The deepest nesting of arrays and objects; a value above ``depthCeiling`` counts as that.
    public var depthMax: Int

    /// Makes limits; the defaults are 64 KiB and eight levels.
    public init(bytesMax: Int = 65_536, depthMax: Int = 8) {
        self.bytesMax = bytesMax
        self.depthMax = depthMax
    }
}
