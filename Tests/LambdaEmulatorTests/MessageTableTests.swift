import Testing
import TextEncoding

@testable import LambdaEmulator

@Suite("Messages of queues")
struct MessageTableTests {
    private let database: EmulatorDatabase
    private var messages: MessageTable { database.messages }
    private let ids = IdentifierSource(seed: 1)

    init() throws { database = try EmulatorDatabase(path: nil) }

    @discardableResult
    private func send(
        _ body: String, to queue: String = "q", at timeMs: Int64 = 0, delayMs: Int64 = 0,
        group: String? = nil, deduplication: String? = nil
    ) throws -> SentMessage {
        try messages.insert(
            NewMessage(
                messageID: ids.requestID(), body: Array(body.utf8), groupID: group,
                deduplicationID: deduplication, sentMs: timeMs, visibleMs: timeMs + delayMs),
            into: queue)
    }

    private func receive(
        _ count: Int = 10, from queue: QueueDefinition = QueueDefinition(name: "q"),
        at nowMs: Int64, timeoutMs: Int64 = 30_000
    ) throws -> [ReceivedMessage] {
        try messages.receive(
            MessageTable.Reception(
                queue: queue, queueARN: "arn:\(queue.name)", countMax: count,
                visibilityTimeoutMs: timeoutMs, nowMs: nowMs, makeReceipt: ids.requestID)
        ).messages
    }

    private func bodies(_ messages: [ReceivedMessage]) -> [String] {
        messages.map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test("a message is in flight until its timeout is over, and gone once it is deleted")
    func visibility() throws {
        try send("a")
        try send("b", delayMs: 5_000)
        #expect(try messages.counts(of: "q", nowMs: 0) == MessageCounts(visible: 1, delayed: 1))
        let first = try receive(at: 0)
        #expect(bodies(first) == ["a"])
        #expect(try messages.counts(of: "q", nowMs: 0) == MessageCounts(inFlight: 1, delayed: 1))
        #expect(try messages.nextVisibleMs(in: "q", afterMs: 0) == 5_000)
        #expect(bodies(try receive(at: 5_000)) == ["b"])
        #expect(try receive(at: 29_999) == [])
        let again = try receive(at: 30_000)
        #expect(bodies(again) == ["a"])
        #expect(again.first?.receiveCount == 2)
        #expect(again.first?.firstReceivedMs == 0)
        #expect(again.first?.messageID == first.first?.messageID)
        let stale = try #require(first.first?.handle)
        try messages.delete(stale, from: "q")
        #expect(try messages.counts(of: "q", nowMs: 30_000).inFlight == 2, "it was received again")
        let handle = try #require(again.first?.handle)
        try messages.delete(handle, from: "other")
        try messages.delete(handle, from: "q")
        #expect(try messages.counts(of: "q", nowMs: 30_000) == MessageCounts(inFlight: 1))
    }

    @Test("a timeout is changed while the message is in flight")
    func changes() throws {
        try send("a")
        let handle = try #require(try receive(at: 0).first?.handle)
        #expect(try messages.changeVisibility(handle, in: "q", toMs: 60_000, nowMs: 10_000))
        #expect(try receive(at: 69_999) == [])
        #expect(try messages.changeVisibility(handle, in: "q", toMs: 0, nowMs: 50_000))
        #expect(try !messages.changeVisibility(handle, in: "q", toMs: 1, nowMs: 50_000))
        #expect(bodies(try receive(at: 50_000)) == ["a"])
        #expect(try !messages.changeVisibility(handle, in: "q", toMs: 1, nowMs: 50_000))
    }

    @Test("a message that was received too often goes to the dead-letter queue with its history")
    func deadLetters() throws {
        var queue = QueueDefinition(name: "q")
        queue.redrive = QueueDefinition.Redrive(queue: "d", receiveCountMax: 2)
        var dead = QueueDefinition(name: "d")
        dead.redrive = QueueDefinition.Redrive(queue: "e", receiveCountMax: 1)
        let sent = try send("a")
        for timeMs: Int64 in [0, 30_000] {
            #expect(bodies(try receive(from: queue, at: timeMs)) == ["a"])
        }
        try send("b", at: 60_000)
        #expect(bodies(try receive(1, from: queue, at: 60_000)) == ["b"])
        let letter = try #require(try receive(from: dead, at: 60_000).first)
        #expect(letter.messageID == sent.messageID)
        #expect(letter.source == "arn:q")
        #expect(letter.receiveCount == 3, "over all queues")
        #expect(letter.sentMs == 0)
        #expect(try receive(from: dead, at: 90_000) == [])
        #expect(try messages.counts(of: "e", nowMs: 90_000).visible == 1)
    }

    @Test("a message that is too old is not received, and removed")
    func retention() throws {
        var queue = QueueDefinition(name: "q")
        queue.retentionMs = 60_000
        try send("a")
        try send("b", at: 1)
        #expect(bodies(try receive(from: queue, at: 60_000)) == ["b"])
        #expect(try messages.counts(of: "q", nowMs: 60_000) == MessageCounts(inFlight: 1))
        try messages.tidy(queue, nowMs: 60_001)
        #expect(try messages.counts(of: "q", nowMs: 60_001) == MessageCounts())
    }

    @Test("a message of a clock that was ahead waits as long as it had to, from now on")
    func adoptsClock() throws {
        try send("a", at: 1_000_000, delayMs: 500)
        try messages.tidy(QueueDefinition(name: "q"), nowMs: 10)
        #expect(try messages.nextVisibleMs(in: "q", afterMs: 10) == 510)
        #expect(try receive(at: 510).first?.sentMs == 10)
    }

    @Test("of a group, messages come in order, and none while an earlier one is in flight")
    func groups() throws {
        let queue = QueueDefinition(name: "q.fifo")
        for (body, group) in [("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a"), ("b2", "b")] {
            try send(body, to: "q.fifo", group: group, deduplication: body)
        }
        let first = try receive(2, from: queue, at: 0)
        #expect(bodies(first) == ["a1", "a2"])
        #expect(bodies(try receive(1, from: queue, at: 0)) == ["b1"])
        #expect(try receive(from: queue, at: 0) == [])
        for message in first { try messages.delete(message.handle, from: "q.fifo") }
        #expect(bodies(try receive(from: queue, at: 0)) == ["a3"])
        #expect(bodies(try receive(from: queue, at: 30_000)) == ["b1", "a3", "b2"])
    }

    @Test("what is sent again within five minutes is the same message")
    func deduplicates() throws {
        let first = try send("a", to: "q.fifo", group: "g", deduplication: "x")
        #expect(
            try send("other", to: "q.fifo", at: 299_999, group: "g", deduplication: "x") == first)
        #expect(try messages.counts(of: "q.fifo", nowMs: 299_999).visible == 1)
        let second = try send("b", to: "q.fifo", at: 300_000, group: "g", deduplication: "x")
        #expect(second != first)
        #expect(try messages.counts(of: "q.fifo", nowMs: 300_000).visible == 2)
    }

    @Test("where a group alone counts, another group's message is another one")
    func deduplicatesByGroup() throws {
        func send(_ group: String) throws -> SentMessage {
            var message = NewMessage(
                messageID: ids.requestID(), body: [1], groupID: group, deduplicationID: "x",
                sentMs: 0, visibleMs: 0)
            message.isDeduplicatedByGroup = true
            return try messages.insert(message, into: "q.fifo")
        }
        let first = try send("g")
        #expect(try send("h") != first)
        #expect(try send("g") == first)
    }

    @Test("checksums are those that SDKs compute; a handle is read back, and others are none")
    func checksums() throws {
        func attribute(_ name: String, _ json: String) throws -> [MessageAttribute] {
            MessageAttribute.read(stored: Array(#"{"\#(name)":\#(json)}"#.utf8))
        }
        #expect(MessageDigest.ofBody(Array("hello".utf8)) == "5d41402abc4b2a76b9719d911017c592")
        let number = try attribute(
            "timestamp", #"{"DataType":"Number","StringValue":"1493147359900"}"#)
        #expect(MessageDigest.ofAttributes(number) == "235c5c510d26fb653d073faed50ae77c")
        let both =
            try attribute("b", #"{"DataType":"Binary.gif","BinaryValue":"AAH/"}"#)
            + attribute("a", #"{"DataType":"String","StringValue":"é"}"#)
        #expect(MessageDigest.ofAttributes(both) == "b94bf7af6b540740e78de8b85586f3c0")
        #expect(MessageDigest.ofAttributes([]) == nil)
        let handle = ReceiptHandle(sequence: 7, receipt: "r")
        #expect(ReceiptHandle(handle.text) == handle)
        for wrong in ["", "x", Base64.encode(Array("7".utf8)), Base64.encode(Array("x:y".utf8))] {
            #expect(ReceiptHandle(wrong) == nil)
        }
    }
}
