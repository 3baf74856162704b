internal import Glibc

/// The emulator's standard error: one line each for its own events and for what functions print.
///
/// A line carries the time and the function's name; never a body or a header of a request.
struct EmulatorLog: Sendable {
    private let write: @Sendable ([UInt8]) -> Void
    private let isColoured: Bool
    private let clock: EmulatorClock

    init(descriptor: Int32, clock: EmulatorClock) {
        self.init(clock: clock, isColoured: isatty(descriptor) == 1) {
            LinuxCalls.writeAll($0, to: descriptor)
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

    /// A line about the emulator itself.
    func note(_ text: String) { lines([Array(text.utf8)], from: "emulator") }

    /// Lines of a function, without their line breaks, in one write so that they stay together.
    func lines(_ lines: [some Collection<UInt8>], from function: String) {
        guard !lines.isEmpty else { return }
        var builder = LineBuilder()
        let now = clock.unixMs()
        for line in lines {
            appendPrefix(&builder, function, now)
            builder.raw(line)
            builder.newline()
        }
        write(builder.bytes)
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
        builder.text(isColoured ? " \u{1B}[\(Self.colour(of: function))m" : " ")
        builder.text(function)
        builder.text(isColoured ? "\u{1B}[0m " : " ")
    }

    /// The same colour for a name in every run.
    private static func colour(of name: String) -> Int {
        name == "emulator" ? 90 : 31 + Int(name.utf8.reduce(0) { ($0 &* 31) &+ UInt32($1) } % 6)
    }
}
