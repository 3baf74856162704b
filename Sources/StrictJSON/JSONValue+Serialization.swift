extension JSONValue {
    /// The value as compact JSON: member order kept, numbers as their raw tokens.
    ///
    /// Strings carry only the escapes that RFC 8259 section 7 requires.
    public func serialized() -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self, canonical: false)
        return writer.bytes
    }

    /// The value as compact JSON in the member order of RFC 8785 section 3.2.3.
    ///
    /// Numbers stay as their raw tokens: a caller that wants equal values to have equal bytes
    /// writes its numbers in one form first.
    public func canonical() -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self, canonical: true)
        return writer.bytes
    }
}

extension [JSONMember] {
    /// The members sorted by the UTF-16 code units of their names.
    func inCanonicalOrder() -> [JSONMember] {
        sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
    }
}
