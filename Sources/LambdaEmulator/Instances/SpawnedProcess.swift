internal import Glibc
import Locking

/// One process: its output is read line by line, and it is reaped when it ends.
final class SpawnedProcess: InstanceProcess {
    private struct Output {
        var descriptor: Int32?
        var partial: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
    }

    /// Longer lines are split, so that a function cannot fill the emulator's memory.
    private static let lineBytesMax = 256 * 1024
    /// So much is read at once: more than a pipe holds, so that all that was printed before this
    /// moment is in it, and no more, so that who prints without end holds nobody up.
    private static let drainedBytesMax = 1024 * 1024

    private let process: Int32
    /// Readable once the process has ended; nil after it was reaped.
    private let end: Locked<Int32?>
    private let output: Locked<Output>
    private let program: Program
    private let loop: EventLoop

    /// Starts a program; on the loop's thread, since a process is killed when the thread that
    /// started it ends.
    static func start(
        _ program: Program, on loop: EventLoop
    ) throws(Program.StartError) -> SpawnedProcess {
        let output = try system(LinuxCalls.makePipe)
        defer { close(output.write) }
        switch LinuxCalls.spawn(
            program: program.path, arguments: program.arguments,
            environment: program.environment, directory: program.directory,
            output: output.write, isStopped: program.isStopped)
        {
        case .started(let process):
            let end = try system { () throws(SystemCallError) in
                try LinuxCalls.openProcess(process)
            }
            let started = SpawnedProcess(
                program, process: process, output: output.read, end: end, loop: loop)
            try system(started.watch)
            return started
        case .notExecutable(let error):
            close(output.read)
            throw .notExecutable(error)
        case .noDirectory(let error):
            close(output.read)
            throw .noDirectory(error)
        case .noProcess(let error):
            close(output.read)
            throw .system(error)
        }
    }

    private static func system<Value>(
        _ call: () throws(SystemCallError) -> Value
    ) throws(Program.StartError) -> Value {
        do {
            return try call()
        } catch {
            throw .system(error)
        }
    }

    private init(
        _ program: Program, process: Int32, output: Int32, end: Int32, loop: EventLoop
    ) {
        self.program = program
        self.process = process
        self.output = Locked(Output(descriptor: output))
        self.end = Locked(end)
        self.loop = loop
    }

    private func watch() throws(SystemCallError) {
        if let descriptor = output.withLock({ $0.descriptor }) {
            try loop.watch(descriptor) { [self] in drainOutput() }
        }
        if let descriptor = end.withLock({ $0 }) {
            try loop.watch(descriptor) { [self] in ended() }
        }
    }

    var isRunning: Bool {
        end.withLock { $0 != nil && LinuxCalls.isRunning(process) }
    }

    var identifier: Int32 { process }

    var isTraced: Bool {
        end.withLock { $0 != nil && ProcessStatus.tracer(of: process) != nil }
    }

    var peakMemoryMB: Int? {
        end.withLock { $0 == nil ? nil : ProcessStatus.peakMemoryMB(of: process) }
    }

    func memory() -> ProcessMemory? {
        end.withLock { $0 == nil ? nil : ProcessStatus.memory(of: process) }
    }

    func exactAnonymousBytes() -> Int? {
        end.withLock { $0 == nil ? nil : ProcessStatus.exactAnonymousBytes(of: process) }
    }

    func signal(_ signal: Int32) {
        // Under the lock: the number cannot have been given to another process before the reaping.
        end.withLock { end in
            guard end != nil else { return }
            kill(-process, signal)
            kill(process, signal)
        }
    }

    func drainOutput() {
        output.withLock { output in
            guard let descriptor = output.descriptor else { return }
            var lines: [[UInt8]] = []
            var readBytes = 0
            while let piece = LinuxCalls.readAvailable(descriptor, into: &output.buffer) {
                Self.split(piece, &output.partial, into: &lines)
                readBytes += piece.count
                guard !piece.isEmpty, readBytes < Self.drainedBytesMax else {
                    if !lines.isEmpty { program.output(lines) }
                    return
                }
            }
            closeOutput(&output, &lines)
        }
    }

    private func closeOutput(_ output: inout Output, _ lines: inout [[UInt8]]) {
        guard let descriptor = output.descriptor else { return }
        loop.unwatch(descriptor)
        close(descriptor)
        output.descriptor = nil
        if !output.partial.isEmpty { lines.append(output.partial) }
        output.partial = []
        if !lines.isEmpty { program.output(lines) }
    }

    private func ended() {
        guard let descriptor = end.withLock({ $0 }) else { return }
        loop.unwatch(descriptor)
        let exit = end.withLock { end in
            end = nil
            // What it started and left behind in its process group goes with it.
            kill(-process, SIGKILL)
            return LinuxCalls.reap(process)
        }
        close(descriptor)
        drainOutput()
        output.withLock { output in
            var lines: [[UInt8]] = []
            closeOutput(&output, &lines)
        }
        program.exited(exit)
    }

    private static func split(
        _ piece: ArraySlice<UInt8>, _ partial: inout [UInt8], into lines: inout [[UInt8]]
    ) {
        var rest = piece
        while let end = rest.firstIndex(of: 0x0A) {
            lines.append(partial + rest[..<end])
            partial = []
            rest = rest[(end + 1)...]
        }
        partial.append(contentsOf: rest)
        if partial.count >= lineBytesMax {
            lines.append(partial)
            partial = []
        }
    }
}
