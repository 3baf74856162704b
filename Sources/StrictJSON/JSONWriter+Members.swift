extension JSONWriter {
    /// Writes a name and a string.
    public mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    /// Writes a name and an integer.
    public mutating func member(_ name: String, _ value: Int64) {
        self.name(name)
        number(value)
    }

    /// Writes a name and `true` or `false`.
    public mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        bool(value)
    }

    /// Writes a name and a whole value.
    @_disfavoredOverload
    public mutating func member(_ name: String, _ value: JSONValue) {
        self.name(name)
        self.value(value)
    }
}
