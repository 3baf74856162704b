import Glibc

/// A program that runs in the foreground in the place of this one.
struct ChildProcess: Sendable {
    private let process: pid_t

    /// Why it did not start: the status that a shell would end with, and the system's word.
    struct Failure: Error {
        let status: Int32
        let reason: String
    }

    /// Starts a program, found as a shell finds it, with this one's standard streams.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - environment: What is set besides this program's own environment.
    init(_ command: [String], environment: [String: String]) throws(Failure) {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Neither the blocked signals nor the ignored one of this program are the command's.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var usual = sigset_t()
        sigemptyset(&usual)
        sigaddset(&usual, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        for (name, value) in environment { setenv(name, value, 1) }
        var arguments = command.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        var process = pid_t()
        let code = posix_spawnp(&process, command[0], nil, &attributes, arguments, environ)
        guard code == 0 else {
            throw Failure(
                status: code == ENOENT ? 127 : 126, reason: String(cString: strerror(code)))
        }
        self.process = process
    }

    func signal(_ number: Int32) { kill(process, number) }

    /// Waits for its end: its status, or 128 and the number of the signal that ended it.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return 1 }
        }
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}
