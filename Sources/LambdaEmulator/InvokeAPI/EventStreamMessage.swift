/// Writes messages of `application/vnd.amazon.eventstream`.
///
/// Total length, length of the headers and a checksum of the two, the headers, the payload and a
/// checksum of it all; numbers are big-endian.
/// Source: "Event stream encoding" of the Amazon Transcribe developer guide; the Smithy
/// specification, "Amazon Event Stream".
enum EventStreamMessage {
    static let contentType = "application/vnd.amazon.eventstream"

    /// An event of the stream.
    ///
    /// - Parameters:
    ///   - type: The member of the stream's union, such as `PayloadChunk`.
    ///   - contentType: What the payload is.
    static func event(
        _ type: String, contentType: String, payload: some Collection<UInt8>
    ) -> [UInt8] {
        var headers: [UInt8] = []
        append((":message-type", "event"), to: &headers)
        append((":event-type", type), to: &headers)
        append((":content-type", contentType), to: &headers)
        var message: [UInt8] = []
        let total = 12 + headers.count + payload.count + 4
        message.reserveCapacity(total)
        append(UInt32(total), to: &message)
        append(UInt32(headers.count), to: &message)
        var checksum = CRC32()
        checksum.update(message)
        let ofPrelude = checksum.value
        append(ofPrelude, to: &message)
        message.append(contentsOf: headers)
        message.append(contentsOf: payload)
        checksum.update(message[8...])
        append(checksum.value, to: &message)
        return message
    }

    /// A header whose value is a string, type 7.
    private static func append(_ header: (String, String), to bytes: inout [UInt8]) {
        bytes.append(UInt8(header.0.utf8.count))
        bytes.append(contentsOf: header.0.utf8)
        bytes.append(7)
        bytes.append(UInt8(truncatingIfNeeded: header.1.utf8.count >> 8))
        bytes.append(UInt8(truncatingIfNeeded: header.1.utf8.count))
        bytes.append(contentsOf: header.1.utf8)
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift: UInt32 in [24, 16, 8, 0] {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
