internal import Glibc

/// The folder of recorded invocations: segments of lines, the oldest of which make room.
///
/// A segment has a number as its name, `00000001.jsonl`; the highest is the newest. Only its owner
/// may read it (mode 0600), since events hold what callers sent. Whoever appends to a segment
/// holds its lock (flock), so that two emulators on one folder write two segments. Not
/// thread-safe: it belongs to the thread that writes.
final class RecordFolder {
    static let name = "invocations"
    static let suffix = ".jsonl"
    private static let segmentBytesMax = 16 * 1024 * 1024

    private let path: String
    private let bytesMax: Int
    private let segmentBytesMax: Int
    private var descriptor: Int32?
    private var number = 0
    private var segmentBytes = 0

    init(_ path: String, bytesMax: Int) {
        self.path = path
        self.bytesMax = bytesMax
        segmentBytesMax = min(Self.segmentBytesMax, bytesMax / 4)
    }

    deinit { closeSegment() }

    /// Appends whole lines, in a new segment if this one would grow too large.
    func append(_ lines: [UInt8]) throws(SystemCallError) {
        if segmentBytes > 0, segmentBytes + lines.count > segmentBytesMax { closeSegment() }
        let segment = if let descriptor { descriptor } else { try openSegment(for: lines.count) }
        guard LinuxCalls.writeAll(lines, to: segment) else {
            let code = errno
            // No half of a line stays.
            _ = ftruncate(segment, off_t(segmentBytes))
            throw SystemCallError(call: "write", code: code)
        }
        segmentBytes += lines.count
    }

    private func closeSegment() {
        if let descriptor { close(descriptor) }
        descriptor = nil
        segmentBytes = 0
    }

    /// The newest segment if it has room and nobody writes to it, or a new one.
    private func openSegment(for lineBytes: Int) throws(SystemCallError) -> Int32 {
        try FileContent.makeDirectory(path, mode: 0o700)
        let numbers = Self.numbers(in: path)
        if let last = numbers.last, last > number,
            let opened = openExisting(last, for: lineBytes)
        {
            number = last
            descriptor = opened
            return opened
        }
        number = max(number, numbers.last ?? 0)
        makeRoom(numbers)
        while true {
            number += 1
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC
            let opened = open(Self.file(number, in: path), flags, 0o600)
            if opened < 0, errno == EEXIST { continue }
            _ = try LinuxCalls.check("open", opened)
            _ = flock(opened, LOCK_EX | LOCK_NB)
            descriptor = opened
            return opened
        }
    }

    private func openExisting(_ number: Int, for lineBytes: Int) -> Int32? {
        let opened = open(Self.file(number, in: path), O_RDWR | O_APPEND | O_CLOEXEC)
        guard opened >= 0 else { return nil }
        let size = Int(lseek(opened, 0, SEEK_END))
        guard size >= 0, size + lineBytes < segmentBytesMax, flock(opened, LOCK_EX | LOCK_NB) == 0
        else {
            close(opened)
            return nil
        }
        segmentBytes = Self.wholeLineBytes(opened, size)
        if segmentBytes < size { _ = ftruncate(opened, off_t(segmentBytes)) }
        return opened
    }

    /// Where the last line ends: a crash may have cut the one after it.
    private static func wholeLineBytes(_ opened: Int32, _ size: Int) -> Int {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var end = size
        while end > 0 {
            let start = max(0, end - buffer.count)
            let count = pread(opened, &buffer, end - start, off_t(start))
            guard count == end - start else { return size }
            if let place = buffer[..<count].lastIndex(of: 0x0A) { return start + place + 1 }
            end = start
        }
        return 0
    }

    /// Deletes the oldest segments, so that a whole new one has room.
    private func makeRoom(_ numbers: [Int]) {
        var sizes = numbers.map { (number: $0, bytes: Self.bytes(Self.file($0, in: path))) }
        var total = sizes.reduce(0) { $0 + $1.bytes }
        while total + segmentBytesMax > bytesMax, !sizes.isEmpty {
            let oldest = sizes.removeFirst()
            unlink(Self.file(oldest.number, in: path))
            total -= oldest.bytes
        }
    }

    private static func bytes(_ file: String) -> Int {
        FileContent.status(of: file).map { Int($0.byteCount) } ?? 0
    }

    /// The segments' numbers, oldest first.
    static func numbers(in path: String) -> [Int] {
        FileContent.names(in: path).compactMap { name in
            name.hasSuffix(suffix) ? Int(name.dropLast(suffix.utf8.count)) : nil
        }.sorted()
    }

    static func file(_ number: Int, in path: String) -> String {
        let digits = String(number)
        let zeros = String(repeating: "0", count: max(0, 8 - digits.utf8.count))
        return "\(path)/\(zeros)\(digits)\(suffix)"
    }
}
