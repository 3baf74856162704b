import HTTPClient
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Event streams")
struct EventStreamTests {
    @Test("the checksum is that of IEEE 802.3")
    func checksum() {
        var checksum = CRC32()
        checksum.update("123456789".utf8)
        #expect(checksum.value == 0xCBF4_3926)
        #expect(CRC32().value == 0)
    }

    @Test("a message has its lengths and checksums in their places")
    func message() throws {
        let bytes = EventStreamMessage.event("E", contentType: "t", payload: [0x61, 0x62])
        var reader = MessageReader(bytes)
        let read = try reader.require()
        #expect(
            read.headers == [":message-type": "event", ":event-type": "E", ":content-type": "t"])
        #expect(read.payload == "ab")
        #expect(reader.next() == nil)
    }

    private func streamingPath(_ name: String = "f") -> String {
        "/2021-11-15/functions/\(name)/response-streaming-invocations"
    }

    private func emulator() throws -> TestEmulator {
        try TestEmulator(
            Template(functions: [FunctionDefinition(name: "f", codeDirectory: "/none")]))
    }

    @Test("pieces arrive as chunks while the function makes them, and the end comes last")
    func streams() async throws {
        let emulator = try emulator()
        let client = try emulator.client()
        client.send(
            "POST \(streamingPath()) HTTP/1.1\r\nHost: localhost\r\nX-Amz-Log-Type: Tail\r\n"
                + "Content-Length: 2\r\n\r\n{}")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        let answer = try StreamedResponse(instance, event.requestID, type: "text/plain")
        answer.send("one")
        // What follows the first chunk is not made before that chunk is here.
        let head = client.read(until: "one")
        #expect(head.hasPrefix("HTTP/1.1 200"))
        #expect(head.contains("Content-Type: application/vnd.amazon.eventstream\r\n"))
        #expect(head.contains("X-Amz-Executed-Version: $LATEST\r\n"))
        #expect(head.contains("x-amzn-RequestId: \(event.requestID)\r\n"))
        answer.send("two")
        #expect(client.read(until: "two").contains("PayloadChunk"))
        #expect(answer.end() == "202")
        let ending = client.read(until: "LogResult")
        #expect(ending.contains("InvokeComplete"))
        #expect(!ending.contains("ErrorCode"))
    }

    @Test("an answer made whole is one chunk; the log's tail comes when it is asked for")
    func buffered() async throws {
        let emulator = try emulator()
        async let response = emulator.call("POST", streamingPath(), body: "{}")
        try await emulator.serve("[1]")
        var reader = MessageReader(try await response.body)
        let chunk = try reader.require()
        #expect(chunk.headers[":event-type"] == "PayloadChunk")
        #expect(chunk.headers[":content-type"] == "application/octet-stream")
        #expect(chunk.payload == "[1]")
        let ending = try reader.require()
        #expect(ending.headers[":event-type"] == "InvokeComplete")
        #expect(ending.headers[":content-type"] == "application/json")
        #expect(ending.payload == "{}")
        #expect(reader.next() == nil)
    }

    @Test("an error before the answer is a stream of one event")
    func failsAtOnce() async throws {
        let emulator = try emulator()
        async let response = emulator.call("POST", streamingPath(), body: "{}")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        _ = try await instance.send(
            "POST", "invocation/\(event.requestID)/error", body: #"{"errorType":"E"}"#)
        let answer = try await response
        #expect(answer.status == 200)
        var reader = MessageReader(answer.body)
        #expect(
            reader.next()?.payload
                == #"{"ErrorCode":"Runtime.Unknown","ErrorDetails":"{\"errorType\":\"E\"}"}"#)
        #expect(reader.next() == nil)
    }

    @Test("an error after the first piece is in the last event")
    func failsMidway() async throws {
        let emulator = try emulator()
        async let response = emulator.call("POST", streamingPath(), body: "{}")
        let instance = try await emulator.instance()
        let event = try await instance.next()
        let stream = try StreamedResponse(instance, event.requestID, type: "text/plain")
        stream.send("a")
        stream.end(
            "Lambda-Runtime-Function-Error-Type: Function.Broken\r\n"
                + "Lambda-Runtime-Function-Error-Body: eyJhIjoxfQ==\r\n")
        var reader = MessageReader(try await response.body)
        #expect(reader.next()?.payload == "a")
        #expect(
            reader.next()?.payload
                == #"{"ErrorCode":"Function.Broken","ErrorDetails":"{\"a\":1}"}"#)
    }

    @Test("what is refused is refused before the stream begins")
    func refuses() async throws {
        let throttled = FunctionDefinition(name: "f", codeDirectory: "/none", concurrencyMax: 0)
        let emulator = try TestEmulator(Template(functions: [throttled]))
        let full = try await emulator.call("POST", streamingPath(), body: "{}")
        #expect(full.status == 429)
        #expect(full.field("x-amzn-ErrorType") == "TooManyRequestsException")
        let unknown = try await emulator.call("POST", streamingPath("g"), body: "{}")
        #expect(unknown.status == 404)
        let type = try await emulator.call(
            "POST", streamingPath(), [("X-Amz-Invocation-Type", "Event")], body: "{}")
        #expect(type.field("x-amzn-ErrorType") == "InvalidParameterValueException")
        let dryRun = try await emulator.call(
            "POST", streamingPath(), [("X-Amz-Invocation-Type", "DryRun")], body: "{}")
        #expect(dryRun.status == 204)
    }
}

/// Reads an event stream, checksums and all.
private struct MessageReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// Nil at the end, and for what is not a message.
    mutating func next() -> (headers: [String: String], payload: String)? {
        guard rest.count >= 16 else { return nil }
        let total = Int(Self.number(rest))
        let headerCount = Int(Self.number(rest.dropFirst(4)))
        guard rest.count >= total, Self.checksum(rest.prefix(8)) == Self.number(rest.dropFirst(8)),
            Self.checksum(rest.prefix(total - 4)) == Self.number(rest.dropFirst(total - 4))
        else { return nil }
        let headers = Self.headers(rest.dropFirst(12).prefix(headerCount))
        let payload = rest.prefix(total - 4).dropFirst(12 + headerCount)
        rest = rest.dropFirst(total)
        return (headers, String(decoding: payload, as: UTF8.self))
    }

    /// The next message, which there must be.
    mutating func require() throws -> (headers: [String: String], payload: String) {
        let read = next()
        return try #require(read)
    }

    private static func headers(_ bytes: ArraySlice<UInt8>) -> [String: String] {
        var (rest, headers) = (bytes, [String: String]())
        while let length = rest.first {
            let name = rest.dropFirst().prefix(Int(length))
            let value = rest.dropFirst(1 + Int(length) + 1)
            let valueLength = Int(value.first ?? 0) << 8 | Int(value.dropFirst().first ?? 0)
            headers[String(decoding: name, as: UTF8.self)] = String(
                decoding: value.dropFirst(2).prefix(valueLength), as: UTF8.self)
            rest = value.dropFirst(2 + valueLength)
        }
        return headers
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var checksum = CRC32()
        checksum.update(bytes)
        return checksum.value
    }
}
