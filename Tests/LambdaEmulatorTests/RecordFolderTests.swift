import FoundationEssentials
import Glibc
import Locking
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Segments of recorded invocations")
struct RecordFolderTests {
    private let folder: TemporaryFolder
    private let log = Locked<[UInt8]>([])

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.path + "/" + RecordFolder.name }
    private var archive: InvocationArchive { InvocationArchive(dataDirectory: folder.path) }
    private var ids: [String] { archive.last(.max).map(\.id) }
    private var logText: String { String(decoding: log.withLock { $0 }, as: UTF8.self) }

    private func line(_ id: String, eventBytes: Int = 2) -> [UInt8] {
        recordLine(recorded(id, event: Array(repeating: 0x20, count: eventBytes)))
    }

    @Test("the oldest segments make room, and only the owner may read any")
    func rotates() throws {
        let writer = RecordFolder(path, bytesMax: 40_000)
        for number in 0..<100 { try writer.append(line("r-\(number)", eventBytes: 1_000)) }
        let numbers = RecordFolder.numbers(in: path)
        let sizes = try numbers.map { number -> Int in
            var status = stat()
            try #require(stat(RecordFolder.file(number, in: path), &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            return Int(status.st_size)
        }
        #expect(numbers.count > 2)
        #expect(numbers.first != 1)
        #expect(sizes.reduce(0, +) <= 40_000)
        #expect(sizes.reduce(0, +) > 20_000)
        #expect(ids == (0..<100).reversed().prefix(ids.count).map { "r-\($0)" })
        #expect(ids.count > 15)
    }

    @Test("a later run goes on where a crash has cut the last line")
    func goesOn() throws {
        let cut = line("r-2", eventBytes: 200_000).dropLast(9)
        try RecordFolder(path, bytesMax: 1 << 20).append(line("r-1") + cut)
        #expect(ids == ["r-1"])
        try RecordFolder(path, bytesMax: 1 << 20).append(line("r-3"))
        #expect(RecordFolder.numbers(in: path) == [1])
        #expect(ids == ["r-3", "r-1"])
    }

    @Test("two at once write two segments")
    func twoWriters() throws {
        let one = RecordFolder(path, bytesMax: 1 << 20)
        let other = RecordFolder(path, bytesMax: 1 << 20)
        try one.append(line("r-1"))
        try other.append(line("r-2"))
        try one.append(line("r-3"))
        #expect(RecordFolder.numbers(in: path) == [1, 2])
        #expect(ids == ["r-2", "r-3", "r-1"])
    }

    private func makeRecorder(waitingBytesMax: Int) throws -> InvocationRecorder {
        let log = EmulatorLog(clock: ManualClock().clock) { [log] bytes in
            log.withLock { $0 += bytes }
        }
        return try InvocationRecorder(
            limits: RecordBuffer.Limits(waitingBytesMax: waitingBytesMax),
            folder: (path, 1 << 20), clock: ManualClock().clock, log: log,
            loop: EventLoop(clock: ManualClock().clock))
    }

    @Test("what the disk is too slow for is left out and counted; no invocation waits")
    func drops() throws {
        let recorder = try makeRecorder(waitingBytesMax: 3 * RecordBuffer.chunkBytes)
        let event = [UInt8](repeating: 0x20, count: RecordBuffer.chunkBytes)
        // Nothing is written meanwhile: the thread has not been started.
        for number in 0..<10 { recorder.record(recorded("r-\(number)", event: event)) }
        recorder.join()
        #expect(ids == ["r-9", "r-8"])
        #expect(droppedCounts() == [8])
        #expect(logText.contains("recording: 8 invocations are left out: the disk is too slow"))
    }

    @Test("a folder that cannot be written is named once, and its invocations are counted")
    func unwritable() throws {
        try folder.write(RecordFolder.name, "a file")
        let recorder = try makeRecorder(waitingBytesMax: 1 << 20)
        for number in 0..<2 {
            recorder.record(recorded("r-\(number)"))
            recorder.flush()
        }
        #expect(logText.split(separator: "\n").count == 1)
        #expect(logText.contains("1 invocations are left out: \(path): open: Not a directory"))
        #expect(unlink(path) == 0)
        recorder.record(recorded("r-2"))
        recorder.join()
        #expect(ids == ["r-2"])
        #expect(droppedCounts() == [2])
        #expect(recorder.last(9).map(\.id) == ["r-2", "r-1", "r-0"])
    }

    private func droppedCounts() -> [Int] {
        var counts: [Int] = []
        for number in RecordFolder.numbers(in: path) {
            let file = URL(filePath: RecordFolder.file(number, in: path))
            _ = RecordFormat.visitNewestFirst(Array((try? Data(contentsOf: file)) ?? Data())) {
                if case .dropped(let count)? = RecordFormat.read($0) { counts.append(count) }
                return true
            }
        }
        return counts
    }
}

/// As it is written.
func recordLine(_ invocation: RecordedInvocation) -> [UInt8] {
    var writer = JSONWriter()
    RecordFormat.append(invocation, to: &writer)
    writer.endLine()
    return writer.bytes
}
