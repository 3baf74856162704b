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
        // Members that somebody wrote in canonical order already need no second array.
        let isSorted = zip(self, dropFirst()).allSatisfy { !$1.precedes($0) }
        return isSorted ? self : sorted { $0.precedes($1) }
    }
}

extension JSONMember {
    fileprivate func precedes(_ other: JSONMember) -> Bool {
        // The orders of UTF-8 bytes and of UTF-16 code units differ only where a surrogate meets a
        // character from U+E000 on; while the first bytes differ below that, no decoding is needed.
        if let left = name.utf8.first, let right = other.name.utf8.first, left != right,
            left < 0x80 || right < 0x80
        {
            return left < right
        }
        return name.utf16.lexicographicallyPrecedes(other.name.utf16)
    }
}
