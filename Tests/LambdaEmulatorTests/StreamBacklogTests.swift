import TableStore
import Testing

@testable import LambdaEmulator

@Suite("Batches of a stream")
struct StreamBacklogTests {
    private var definition = StreamDefinition(
        function: "f", table: "T", storePath: "/t", tableName: "t")

    private func backlog(_ sequences: ClosedRange<Int64>, end: Int64) -> StreamBacklog {
        var backlog = StreamBacklog()
        backlog.append(
            sequences.map {
                ChangeRecord(
                    sequence: $0, kind: .insert, keys: [:], newImage: [:], oldImage: nil,
                    atMs: $0 * 1_000)
            }, endSequence: end)
        return backlog
    }

    private func sequences(_ backlog: StreamBacklog) -> [[Int64]] {
        backlog.runs.map { $0.records.map(\.sequence) }
    }

    @Test("a success goes past what passed no filter, too")
    func succeeds() {
        var backlog = backlog(1...3, end: 9)
        #expect(backlog.succeed() == 9)
        #expect(backlog.first == nil)
        #expect(backlog.succeed() == nil)
    }

    @Test("a failed batch comes again whole, until its attempts are over")
    func failsWhole() throws {
        var definition = definition
        definition.retryAttemptsMax = 1
        var backlog = backlog(1...2, end: 5)
        #expect(backlog.fail(from: nil, definition) == .again(doneSequence: nil))
        #expect(sequences(backlog) == [[1, 2]])
        guard case .givenUp(let run) = backlog.fail(from: nil, definition) else {
            Issue.record("it was not given up")
            return
        }
        #expect(run.failures == 2)
        #expect(run.endSequence == 5)
        #expect(backlog.first == nil)
        #expect(backlog.fail(from: nil, definition) == nil)
    }

    @Test("a failure from one record on leaves that and those behind it, with their attempts")
    func failsInPart() {
        var definition = definition
        definition.bisects = true
        definition.retryAttemptsMax = 2
        var backlog = backlog(1...4, end: 6)
        #expect(backlog.fail(from: 3, definition) == .again(doneSequence: 2))
        #expect(sequences(backlog) == [[3, 4]])
        #expect(backlog.fail(from: 3, definition) == .again(doneSequence: nil))
        #expect(backlog.first?.failures == 2)
        guard case .givenUp(let run) = backlog.fail(from: 4, definition) else {
            Issue.record("it was not given up")
            return
        }
        #expect(run.records.map(\.sequence) == [4])
        #expect(run.failures == 3)
    }

    @Test("halves come one after the other; to split costs no attempt")
    func bisects() {
        var definition = definition
        definition.bisects = true
        definition.retryAttemptsMax = 0
        var backlog = backlog(1...3, end: 8)
        #expect(backlog.fail(from: nil, definition) == .split)
        #expect(sequences(backlog) == [[1], [2, 3]])
        #expect(backlog.succeed() == 1)
        #expect(backlog.fail(from: nil, definition) == .split)
        #expect(sequences(backlog) == [[2], [3]])
        guard case .givenUp(let run) = backlog.fail(from: nil, definition) else {
            Issue.record("it was not given up")
            return
        }
        #expect(run.records.map(\.sequence) == [2])
        #expect(run.endSequence == 2)
        #expect(backlog.succeed() == 8)
    }

    @Test("records that are too old are taken from the beginning")
    func expires() {
        var backlog = backlog(1...3, end: 7)
        #expect(backlog.takeExpired(writtenBy: 999) == nil)
        let expired = backlog.takeExpired(writtenBy: 2_000)
        #expect(expired?.records.map(\.sequence) == [1, 2])
        #expect(expired?.endSequence == 2)
        #expect(sequences(backlog) == [[3]])
        #expect(backlog.takeExpired(writtenBy: 3_000)?.endSequence == 7)
        #expect(backlog.first == nil)
    }

    @Test("a record is as old as it was when it was first seen, and what went by since")
    func ages() {
        var backlog = StreamBacklog()
        #expect(backlog.aheadMs(ofFirst: 1, now: 500) == 500)
        #expect(backlog.aheadMs(ofFirst: 1, now: 9_000) == 500)
        #expect(backlog.aheadMs(ofFirst: 2, now: 9_000) == 9_000)
        let record = ChangeRecord(
            sequence: 2, kind: .insert, keys: [:], newImage: [:], oldImage: nil, atMs: 1_000)
        backlog.append([record], endSequence: 2, aheadMs: 9_000)
        #expect(backlog.takeExpired(writtenBy: 9_999) == nil)
        #expect(backlog.takeExpired(writtenBy: 10_000)?.records == [record])
    }
}
