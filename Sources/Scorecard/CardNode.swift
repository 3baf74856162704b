import StrictJSON

/// A value of a card's document together with its place, for errors that name it.
struct CardNode {
    let value: JSONValue
    let pointer: String

    func failure(_ code: ScorecardError.Code) -> ScorecardError {
        ScorecardError(pointer: pointer, code: code)
    }

    /// Throws unless a condition holds.
    func require(_ condition: Bool, _ code: ScorecardError.Code) throws(ScorecardError) {
        guard condition else { throw failure(code) }
    }

    /// The members of an object, in the order of the document.
    func members() throws(ScorecardError) -> [(name: String, node: CardNode)] {
        guard let members = value.object else { throw failure(.type) }
        return members.map { member in
            let place = "\(pointer)/\(JSONPointer.escape(member.name))"
            return (member.name, CardNode(value: member.value, pointer: place))
        }
    }

    /// A member that has to be there.
    func member(_ name: String) throws(ScorecardError) -> CardNode {
        guard value.object != nil else { throw failure(.type) }
        let place = "\(pointer)/\(name)"
        guard let member = value[name] else {
            throw ScorecardError(pointer: place, code: .memberMissing)
        }
        return CardNode(value: member, pointer: place)
    }

    /// A member, or nil when it is not there.
    func optionalMember(_ name: String) throws(ScorecardError) -> CardNode? {
        guard value.object != nil else { throw failure(.type) }
        return value[name].map { CardNode(value: $0, pointer: "\(pointer)/\(name)") }
    }

    /// Refuses members other than these.
    func allowOnly(_ names: [String]) throws(ScorecardError) {
        for (name, node) in try members() where !names.contains(name) {
            throw node.failure(.memberUnknown)
        }
    }

    /// The elements of an array of so many.
    func elements(_ count: ClosedRange<Int>) throws(ScorecardError) -> [CardNode] {
        guard let elements = value.array else { throw failure(.type) }
        try require(count.contains(elements.count), .limit)
        return elements.enumerated().map { index, element in
            CardNode(value: element, pointer: "\(pointer)/\(index)")
        }
    }

    func string() throws(ScorecardError) -> String {
        guard let text = value.string else { throw failure(.type) }
        return text
    }

    func text(_ form: CardText) throws(ScorecardError) -> String {
        let text = try string()
        try require(form.matches(text), .syntax)
        return text
    }

    /// A decimal, which a card writes as a string so that its canonical form needs no number rules.
    func decimal() throws(ScorecardError) -> FixedDecimal {
        let text = try string()
        do {
            return try FixedDecimal(text: text)
        } catch {
            throw failure(error == .range ? .limit : .syntax)
        }
    }

    func integer(_ range: ClosedRange<Int64>) throws(ScorecardError) -> Int {
        guard let number = value.number else { throw failure(.type) }
        guard let integer = number.integer else { throw failure(.syntax) }
        try require(range.contains(integer), .limit)
        return Int(integer)
    }

    /// One of a closed set of words; other words of the schema are `unsupported`.
    func word<Word: RawRepresentable>(
        _: Word.Type, unsupported: [String] = []
    ) throws(ScorecardError) -> Word where Word.RawValue == String {
        let text = try string()
        guard let word = Word(rawValue: text) else {
            throw failure(unsupported.contains(text) ? .unsupported : .syntax)
        }
        return word
    }
}
