internal import Glibc
import Locking

/// The emulator's standard error: one line each for its own events and for what functions print.
///
/// A line carries the time and the function's name; never a body or a header of a request. Lines
/// are gathered for a few milliseconds and written together: two writes for each invocation would
/// cost as much as its HTTP requests do.
final class EmulatorLog: Sendable {
    private struct Gathered {
        var lines = LineBuilder(reserving: gatheredBytesMax)
        var isFlushDue = false
    }

    /// More than this is written at once.
    private static let gatheredBytesMax = 16 * 1024
    private static let delayNs: Int64 = 5_000_000

    /// What was written last, and who follows it.
    let history = LogHistory()
    private let write: @Sendable ([UInt8]) -> Void
    private let isColoured: Bool
    private let clock: EmulatorClock
    private let gathered = Locked(Gathered())
    /// Held while lines are written, so that they stay in order.
    private let writing = Locked(())
    private let loop = Locked<EventLoop?>(nil)

    /// - Parameter descriptor: Nil writes nowhere: only the history is kept.
    convenience init(descriptor: Int32?, clock: EmulatorClock) {
        if let descriptor {
            self.init(clock: clock, isColoured: isatty(descriptor) == 1) {
                LinuxCalls.writeAll($0, to: descriptor)
            }
        } else {
            self.init(clock: clock) { _ in }
        }
    }

    init(
        clock: EmulatorClock, isColoured: Bool = false,
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.clock = clock
        self.isColoured = isColoured
        self.write = write
    }

    /// Lets lines be gathered from now on: the loop's `tick` writes them.
    func flushes(on loop: EventLoop) { self.loop.withLock { $0 = loop } }

    /// A line about the emulator itself.
    func note(_ text: String) { lines([Array(text.utf8)], from: "emulator") }

    /// Lines of a function, without their line breaks.
    func lines(_ lines: [some Collection<UInt8>], from function: String) {
        guard !lines.isEmpty else { return }
        let now = clock.unixMs()
        let (isFull, isFirst) = gathered.withLock { gathered in
            for line in lines {
                appendPrefix(&gathered.lines, function, now)
                gathered.lines.raw(line)
                gathered.lines.newline()
            }
            defer { gathered.isFlushDue = true }
            return (gathered.lines.bytes.count >= Self.gatheredBytesMax, !gathered.isFlushDue)
        }
        if isFull { return flush() }
        guard isFirst else { return }
        guard let loop = loop.withLock({ $0 }) else { return flush() }
        loop.wake(byNs: clock.steadyNs() + Self.delayNs)
    }

    /// Writes what was gathered; called when the loop's time has come.
    func tick(at steadyNs: Int64) -> Int64 {
        flush()
        return .max
    }

    /// Writes what was gathered until now.
    func flush() {
        writing.withLock { _ in
            let bytes = gathered.withLock { gathered in
                gathered.isFlushDue = false
                return gathered.lines.take()
            }
            guard !bytes.isEmpty else { return }
            write(isColoured ? Self.coloured(bytes) : bytes)
            history.append(bytes)
        }
    }

    private func appendPrefix(_ builder: inout LineBuilder, _ function: String, _ unixMs: Int64) {
        let milliseconds = Int(unixMs % 86_400_000)
        builder.twoDigits(milliseconds / 3_600_000)
        builder.text(":")
        builder.twoDigits(milliseconds / 60_000 % 60)
        builder.text(":")
        builder.twoDigits(milliseconds / 1_000 % 60)
        builder.text(".")
        builder.decimal(Int64(milliseconds / 100 % 10))
        builder.twoDigits(milliseconds % 100)
        builder.text(" ")
        builder.text(function)
        builder.text(" ")
    }

    /// The names in colours, for a terminal.
    private static func coloured(_ lines: [UInt8]) -> [UInt8] {
        var coloured = LineBuilder(reserving: lines.count * 2)
        for line in lines.lines {
            let name = LogLine(line).name
            coloured.raw(line[..<name.startIndex])
            coloured.text("\u{1B}[\(colour(of: String(decoding: name, as: UTF8.self)))m")
            coloured.raw(name)
            coloured.text("\u{1B}[0m")
            coloured.raw(line[name.endIndex...])
        }
        return coloured.bytes
    }

    /// The same colour for a name in every run.
    private static func colour(of name: String) -> Int {
        name == "emulator" ? 90 : 31 + Int(name.utf8.reduce(0) { ($0 &* 31) &+ UInt32($1) } % 6)
    }
}
