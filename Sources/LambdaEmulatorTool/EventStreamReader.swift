/// Reads messages of `application/vnd.amazon.eventstream` as their bytes come.
///
/// The checksums are passed over: what comes over the loopback interface is not damaged.
/// Source: "Event stream encoding" of the Amazon Transcribe developer guide.
struct EventStreamReader {
    struct Message: Equatable {
        /// `:event-type`, such as `PayloadChunk`.
        let type: String
        let payload: [UInt8]
    }

    /// Both lengths and their checksum.
    private static let preludeBytes = 12
    private static let checksumBytes = 4
    /// Of a header value that is a text.
    private static let textType: UInt8 = 7

    private var waiting: [UInt8] = []

    /// The messages that have become complete.
    mutating func read(_ bytes: some Collection<UInt8>) -> [Message] {
        waiting.append(contentsOf: bytes)
        var messages: [Message] = []
        var start = 0
        while waiting.count - start >= Self.preludeBytes {
            let total = number(at: start)
            let end = start + total
            let headersEnd = start + Self.preludeBytes + number(at: start + 4)
            guard headersEnd <= end - Self.checksumBytes, end <= waiting.count else { break }
            let headers = waiting[(start + Self.preludeBytes)..<headersEnd]
            messages.append(
                Message(
                    type: Self.eventType(headers) ?? "",
                    payload: Array(waiting[headersEnd..<(end - Self.checksumBytes)])))
            start = end
        }
        waiting.removeFirst(start)
        return messages
    }

    private func number(at place: Int) -> Int {
        waiting[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
    }

    /// A header is a name after its length, a type, and a text after its length of two bytes.
    private static func eventType(_ headers: ArraySlice<UInt8>) -> String? {
        var rest = headers
        while let nameBytes = rest.popFirst() {
            let name = rest.prefix(Int(nameBytes))
            rest = rest.dropFirst(Int(nameBytes))
            guard rest.popFirst() == textType, let high = rest.popFirst(),
                let low = rest.popFirst()
            else { return nil }
            let value = rest.prefix(Int(high) << 8 | Int(low))
            rest = rest.dropFirst(value.count)
            if name.elementsEqual(":event-type".utf8) {
                return String(decoding: value, as: UTF8.self)
            }
        }
        return nil
    }
}
