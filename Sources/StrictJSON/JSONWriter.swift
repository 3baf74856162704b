/// Writes compact JSON piece by piece; commas and escapes are its business.
///
/// The caller keeps the order of calls grammatical (`name` before each value of an object, every
/// `begin` closed); the writer keeps no stack and does not check it.
public struct JSONWriter {
    /// What has been written so far, UTF-8.
    public private(set) var bytes: [UInt8]
    private var needsComma = false

    /// Makes a writer with room for `capacity` bytes before the first reallocation.
    public init(reserving capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Writes `{`.
    public mutating func beginObject() {
        separate()
        bytes.append(Byte.openBrace)
        needsComma = false
    }

    /// Writes `}`.
    public mutating func endObject() {
        bytes.append(Byte.closeBrace)
        needsComma = true
    }

    /// Writes `[`.
    public mutating func beginArray() {
        separate()
        bytes.append(Byte.openBracket)
        needsComma = false
    }

    /// Writes `]`.
    public mutating func endArray() {
        bytes.append(Byte.closeBracket)
        needsComma = true
    }

    /// Writes a member's name and the colon.
    public mutating func name(_ name: String) {
        appendQuoted(name, colon: true)
        needsComma = false
    }

    /// Writes a string.
    public mutating func string(_ text: String) {
        appendQuoted(text, colon: false)
        needsComma = true
    }

    /// Writes UTF-8 bytes as a string.
    ///
    /// - Returns: False, and nothing is written, when the bytes are not UTF-8.
    public mutating func string(validating text: [UInt8]) -> Bool {
        guard (try? UTF8Span(validating: text.span)) != nil else { return false }
        text.withUnsafeBufferPointer { appendQuoted($0, colon: false) }
        needsComma = true
        return true
    }

    /// Ends a line of a document that has one value on each; another value may follow.
    public mutating func endLine() {
        bytes.append(Byte.lineFeed)
        needsComma = false
    }

    /// Forgets what has been written; its room stays.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// Writes an integer.
    public mutating func number(_ value: Int64) {
        separate()
        appendDecimal(value)
        needsComma = true
    }

    /// Writes a number token as it is; anything but a JSON number is a programming error and traps.
    public mutating func rawNumber(_ text: String) {
        precondition(JSONNumber(text: text) != nil, "raw number is not a JSON number")
        appendToken(text)
    }

    /// Writes a number by its token.
    public mutating func number(_ number: JSONNumber) {
        appendToken(number.text)
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ flag: Bool) {
        appendToken(flag ? "true" : "false")
    }

    /// Writes `null`.
    public mutating func null() {
        appendToken("null")
    }

    /// Writes a value that is JSON already, as it is; the caller vouches for it.
    public mutating func rawValue(_ json: String) {
        appendToken(json)
    }

    /// Writes a whole value, member order kept.
    public mutating func value(_ value: JSONValue) {
        write(value, canonical: false)
    }

    /// Writes bytes as a whole value; that they are JSON is the caller's promise.
    public mutating func rawValue(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    mutating func write(_ value: JSONValue, canonical: Bool) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .number(let number): self.number(number)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { write(element, canonical: canonical) }
            endArray()
        case .object(let members):
            beginObject()
            for member in canonical ? members.inCanonicalOrder() : members {
                name(member.name)
                write(member.value, canonical: canonical)
            }
            endObject()
        }
    }

    @inline(__always)
    private mutating func separate() {
        if needsComma { bytes.append(Byte.comma) }
    }

    private mutating func appendToken(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func appendDecimal(_ value: Int64) {
        var magnitude = value.magnitude
        if value < 0 { bytes.append(Byte.minus) }
        let start = bytes.count
        repeat {
            bytes.append(Byte.zero + UInt8(truncatingIfNeeded: magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        bytes[start...].reverse()
    }

    private mutating func appendQuoted(_ text: String, colon: Bool) {
        var copy = text
        copy.withUTF8 { appendQuoted($0, colon: colon) }
    }

    /// Writes a string between quotes, after the comma that is due.
    ///
    /// It goes piece by piece, so that the room for the longest escapes of a piece is small.
    private mutating func appendQuoted(_ characters: UnsafeBufferPointer<UInt8>, colon: Bool) {
        if characters.count > Self.pieceBytesMax {
            bytes.reserveCapacity(bytes.count + characters.count + characters.count / 8)
        }
        var start = 0
        repeat {
            let end = min(start + Self.pieceBytesMax, characters.count)
            let piece = UnsafeBufferPointer(rebasing: characters[start..<end])
            bytes.append(addingCapacity: EscapedText.roomMax(piece.count) + 4) { output in
                if start == 0 {
                    if needsComma { output.append(Byte.comma) }
                    output.append(Byte.quote)
                }
                output.withUnsafeMutableBufferPointer { room, used in
                    guard let base = room.baseAddress else { return }
                    used += EscapedText.write(piece, to: base + used)
                }
                if end == characters.count {
                    output.append(Byte.quote)
                    if colon { output.append(Byte.colon) }
                }
            }
            start = end
        } while start < characters.count
    }

    private static let pieceBytesMax = 1024
}
