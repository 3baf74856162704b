import StrictJSON

extension JSONWriter {
    /// Writes a name and an object of strings, in the order of their names: the same value always
    /// makes the same bytes.
    mutating func member(_ name: String, textMap: [String: String]) {
        self.name(name)
        beginObject()
        if textMap.count <= 1 {
            for (name, text) in textMap { member(name, text) }
        } else {
            for (name, text) in textMap.sorted(by: { $0.key < $1.key }) { member(name, text) }
        }
        endObject()
    }
}
