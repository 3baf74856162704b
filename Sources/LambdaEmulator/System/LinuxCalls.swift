internal import CLinux
internal import Glibc

/// A system call that failed.
package struct SystemCallError: Error, Sendable {
    let call: StaticString
    /// errno.
    let code: Int32

    /// What the system says of the code, such as "No such file or directory".
    var reason: String { String(cString: strerror(code)) }
}

/// The calls of Linux that the emulator needs; every return code is checked in `check`.
enum LinuxCalls {
    /// A started program, or where starting it failed.
    enum Spawned {
        case started(Int32)
        case noProcess(SystemCallError)
        case noDirectory(SystemCallError)
        case notExecutable(SystemCallError)
    }

    static func check(_ call: StaticString, _ code: Int32) throws(SystemCallError) -> Int32 {
        guard code >= 0 else { throw SystemCallError(call: call, code: errno) }
        return code
    }

    /// A pipe, close-on-exec at both ends, its reading end non-blocking.
    static func makePipe() throws(SystemCallError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        _ = try check("pipe", pipe(&ends))
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        return (ends[0], ends[1])
    }

    /// Reads what is there now; empty when nothing is, nil at the end or on an error.
    static func readAvailable(_ descriptor: Int32, into buffer: inout [UInt8]) -> ArraySlice<UInt8>?
    {
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 { return buffer[..<count] }
            if count == 0 { return nil }
            if errno == EINTR { continue }
            return errno == EAGAIN ? [] : nil
        }
    }

    /// Writes all bytes, waiting as long as the reader takes; false when nobody reads any more.
    @discardableResult
    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Starts a program; it is killed when the calling thread ends.
    ///
    /// A program that somebody still has open for writing cannot be executed (ETXTBSY): whoever
    /// has just built it, or a child of any thread between its fork and its exec. It is tried
    /// again for a tenth of a second.
    ///
    /// - Parameter isStopped: It is left stopped before its first instruction, and any process of
    ///   this user may trace it.
    static func spawn(
        program: String, arguments: [String] = [], environment: [String], directory: String,
        output: Int32, isStopped: Bool = false
    ) -> Spawned {
        for _ in 0..<50 {
            let spawned = spawnOnce(
                program: program, arguments: arguments, environment: environment,
                directory: directory, output: output, isStopped: isStopped)
            guard case .notExecutable(let error) = spawned, error.code == ETXTBSY else {
                return spawned
            }
            usleep(2_000)
        }
        return spawnOnce(
            program: program, arguments: arguments, environment: environment,
            directory: directory, output: output, isStopped: isStopped)
    }

    private static func spawnOnce(
        program: String, arguments: [String], environment: [String], directory: String,
        output: Int32, isStopped: Bool
    ) -> Spawned {
        let result = withCStrings([program] + arguments) { arguments in
            withCStrings(environment) { variables in
                ttsr_spawn(program, arguments, variables, directory, output, isStopped ? 1 : 0)
            }
        }
        let error = SystemCallError(call: "spawn", code: result.error)
        if result.stage == Int32(TTSR_SPAWN_DONE.rawValue) { return .started(result.process) }
        if result.process > 0 { _ = reap(result.process) }
        if result.stage == Int32(TTSR_SPAWN_DIRECTORY.rawValue) { return .noDirectory(error) }
        if result.stage == Int32(TTSR_SPAWN_EXECUTE.rawValue) { return .notExecutable(error) }
        return .noProcess(error)
    }

    /// The emulator's own environment, `NAME=value` for each variable.
    static var environment: [String] {
        var variables: [String] = []
        var next = environ
        while let variable = next.pointee {
            variables.append(String(cString: variable))
            next += 1
        }
        return variables
    }

    /// True while somebody has the file open for writing; false when that cannot be known.
    ///
    /// A read lease can be had only when nobody has; it is given back at once.
    static func isBeingWritten(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard fcntl(descriptor, ttsr_set_lease, F_RDLCK) != 0 else {
            _ = fcntl(descriptor, ttsr_set_lease, F_UNLCK)
            return false
        }
        return errno == EAGAIN
    }

    /// A descriptor that becomes readable when the process ends.
    static func openProcess(_ process: Int32) throws(SystemCallError) -> Int32 {
        try check("pidfd_open", ttsr_pidfd_open(process))
    }

    /// True while the process has not ended; does not reap it.
    static func isRunning(_ process: Int32) -> Bool {
        var information = siginfo_t()
        let code = waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT)
        return code == 0 && information.si_signo == 0
    }

    /// Waits for a process that has ended, so that no zombie stays.
    static func reap(_ process: Int32) -> ProcessExit {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return .unknown }
        }
        let signal = status & 0x7F
        return signal == 0 ? .status((status >> 8) & 0xFF) : .signal(signal)
    }

    /// An epoll set.
    static func makePollSet() throws(SystemCallError) -> Int32 {
        try check("epoll_create1", epoll_create1(Int32(EPOLL_CLOEXEC)))
    }

    /// A descriptor that is readable once 8 bytes were written to it.
    static func makeWakeup() throws(SystemCallError) -> Int32 {
        try check("eventfd", eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)))
    }

    static func add(_ descriptor: Int32, toPollSet set: Int32) throws(SystemCallError) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.fd = descriptor
        _ = try check("epoll_ctl", epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event))
    }

    /// A descriptor that is not in the set is no error: it may have been closed.
    static func remove(_ descriptor: Int32, fromPollSet set: Int32) {
        var event = epoll_event()
        epoll_ctl(set, EPOLL_CTL_DEL, descriptor, &event)
    }

    /// The readable descriptors; none when the time is over or a signal came.
    static func wait(forPollSet set: Int32, timeoutMs: Int32) -> [Int32] {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 32) { events in
            let count = epoll_wait(set, events.baseAddress, Int32(events.count), timeoutMs)
            return count > 0 ? events[..<Int(count)].map(\.data.fd) : []
        }
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = texts.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeBufferPointer { buffer in
            var terminator: UnsafeMutablePointer<CChar>?
            return withUnsafeMutablePointer(to: &terminator) {
                body(buffer.baseAddress ?? .init($0))
            }
        }
    }
}
