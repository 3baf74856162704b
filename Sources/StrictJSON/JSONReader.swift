/// A recursive-descent reader over one document's bytes.
///
/// The pointer of an error is put together while the recursion unwinds, so that a document without
/// errors pays nothing for it.
struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0
    private var depthLeft: Int

    init(bytes: UnsafeBufferPointer<UInt8>, depthMax: Int) {
        self.bytes = bytes
        depthLeft = min(depthMax, JSONLimits.depthCeiling)
    }

    mutating func readDocument() throws(JSONReadError) -> JSONValue {
        skipWhitespace()
        guard index < bytes.count else { throw failure(.empty) }
        let value = try readValue()
        skipWhitespace()
        guard index == bytes.count else { throw failure(.trailingData) }
        return value
    }

    func failure(_ code: JSONReadError.Code, at offset: Int? = nil) -> JSONReadError {
        JSONReadError(code: code, pointer: "", offset: offset ?? index)
    }

    private mutating func readValue() throws(JSONReadError) -> JSONValue {
        guard index < bytes.count else { throw failure(.invalidSyntax) }
        switch bytes[index] {
        case Byte.quote: return .string(try readString())
        case Byte.openBrace: return try readObject()
        case Byte.openBracket: return try readArray()
        case Byte.lowerT: return try readLiteral("true", .bool(true))
        case Byte.lowerF: return try readLiteral("false", .bool(false))
        case Byte.lowerN: return try readLiteral("null", .null)
        case Byte.minus, 0x30...0x39: return try readNumber()
        default: throw failure(.invalidSyntax)
        }
    }

    private mutating func readLiteral(
        _ text: StaticString, _ value: JSONValue
    ) throws(JSONReadError) -> JSONValue {
        let count = text.utf8CodeUnitCount
        guard bytes.count - index >= count else { throw failure(.invalidSyntax) }
        for position in 0..<count where bytes[index + position] != text.utf8Start[position] {
            throw failure(.invalidSyntax, at: index + position)
        }
        index += count
        return value
    }

    private mutating func readNumber() throws(JSONReadError) -> JSONValue {
        let start = index
        guard let end = JSONNumber.tokenEnd(in: bytes, from: start),
            end - start <= JSONNumber.textBytesMax
        else {
            throw failure(.invalidNumber)
        }
        index = end
        return .number(JSONNumber(checked: asciiText(start..<end)))
    }

    private mutating func readArray() throws(JSONReadError) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        if try !closes(Byte.closeBracket) {
            repeat {
                skipWhitespace()
                do {
                    elements.append(try readValue())
                } catch {
                    throw error.inside(index: elements.count)
                }
            } while try continues(closedBy: Byte.closeBracket)
        }
        depthLeft += 1
        return .array(elements)
    }

    private mutating func readObject() throws(JSONReadError) -> JSONValue {
        try enter()
        var members: [JSONMember] = []
        var names = MemberNames()
        if try !closes(Byte.closeBrace) {
            members.reserveCapacity(8)
            repeat {
                skipWhitespace()
                let start = index
                let name = try readName()
                guard names.insert(name, into: members) else {
                    throw failure(.duplicateName, at: start).inside(name: name)
                }
                do {
                    members.append(JSONMember(name, try readValue()))
                } catch {
                    throw error.inside(name: name)
                }
            } while try continues(closedBy: Byte.closeBrace)
        }
        depthLeft += 1
        return .object(members)
    }

    /// Reads a member's name, the colon and the white space around it.
    private mutating func readName() throws(JSONReadError) -> String {
        guard index < bytes.count, bytes[index] == Byte.quote else { throw failure(.invalidSyntax) }
        let name = try readString()
        skipWhitespace()
        guard index < bytes.count, bytes[index] == Byte.colon else { throw failure(.invalidSyntax) }
        index += 1
        skipWhitespace()
        return name
    }

    /// Moves past an opening bracket.
    private mutating func enter() throws(JSONReadError) {
        guard depthLeft > 0 else { throw failure(.tooDeep) }
        depthLeft -= 1
        index += 1
    }

    /// Whether the container ends before its first element.
    private mutating func closes(_ close: UInt8) throws(JSONReadError) -> Bool {
        skipWhitespace()
        guard index < bytes.count else { throw failure(.invalidSyntax) }
        guard bytes[index] == close else { return false }
        index += 1
        return true
    }

    /// Whether a comma, rather than the closing bracket, follows an element.
    private mutating func continues(closedBy close: UInt8) throws(JSONReadError) -> Bool {
        skipWhitespace()
        guard index < bytes.count else { throw failure(.invalidSyntax) }
        let byte = bytes[index]
        guard byte == Byte.comma || byte == close else { throw failure(.invalidSyntax) }
        index += 1
        return byte == Byte.comma
    }

    @inline(__always)
    private mutating func skipWhitespace() {
        while index < bytes.count {
            switch bytes[index] {
            case Byte.space, Byte.lineFeed, Byte.carriageReturn, Byte.tab: index += 1
            default: return
            }
        }
    }

    /// The text of bytes that are known to be UTF-8.
    @inline(__always)
    func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    /// The text of bytes that are known to be ASCII.
    @inline(__always)
    func asciiText(_ range: Range<Int>) -> String {
        let text = UnsafeBufferPointer(rebasing: bytes[range])
        return String(copying: UTF8Span(unchecked: text.span, isKnownASCII: true))
    }
}
