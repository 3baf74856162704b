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

    /// Writes a name and an array of strings.
    mutating func member(_ name: String, texts: [String]) {
        self.name(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }

    /// Writes a name and an object of arrays of strings, in the order of their names.
    mutating func member(_ name: String, textListMap: [String: [String]]) {
        self.name(name)
        beginObject()
        for (name, texts) in textListMap.sorted(by: { $0.key < $1.key }) {
            member(name, texts: texts)
        }
        endObject()
    }
}
