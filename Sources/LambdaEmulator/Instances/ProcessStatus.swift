internal import Glibc

/// How much memory a process and its children have, as /proc says.
struct ProcessMemory: Sendable, Equatable {
    /// What is counted against a function's `MemorySize`, in bytes: what they have written, not the
    /// files they have mapped.
    var anonymousBytes: Int
    /// The most that was resident at once, in bytes: for the process since it began, for its
    /// children now.
    var peakBytes: Int

    var peakMB: Int { Self.megabytes(peakBytes) }
    var anonymousMB: Int { Self.megabytes(anonymousBytes) }

    /// Rounded up.
    static func megabytes(_ bytes: Int) -> Int { (bytes + 1_048_575) / 1_048_576 }
}

/// What /proc says of processes.
///
/// Source: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html and proc_pid_statm.5
enum ProcessStatus {
    /// How deep children are looked for, and how many of them.
    private static let depthMax = 16
    private static let childCountMax = 256

    /// VmHWM, the most it ever had resident, in MB rounded up; nil when it has ended.
    static func peakMemoryMB(of process: Int32) -> Int? {
        guard let status = read("/proc/\(process)/status") else { return nil }
        return kilobytes("VmHWM:", in: status).map { ProcessMemory.megabytes($0 * 1_024) }
    }

    /// The memory of a process and of all its children; nil when it has ended.
    static func memory(of process: Int32) -> ProcessMemory? {
        guard let status = read("/proc/\(process)/status"),
            let peak = kilobytes("VmHWM:", in: status),
            let anonymous = kilobytes("RssAnon:", in: status)
        else { return nil }
        var memory = ProcessMemory(
            anonymousBytes: anonymous * 1_024, peakBytes: peak * 1_024)
        for child in children(of: process) {
            guard let pages = residentPages(of: child) else { continue }
            memory.anonymousBytes += pages.anonymous * pageBytes
            // Files that several of them map are there once.
            memory.peakBytes += pages.anonymous * pageBytes
        }
        return memory
    }

    /// The anonymous memory of a process and its children with each page counted once, in bytes.
    ///
    /// What a fork shares with its parent is counted for both in `memory`; this is exact, and
    /// costs a walk through their page tables.
    static func exactAnonymousBytes(of process: Int32) -> Int? {
        var total: Int?
        for member in [process] + children(of: process) {
            guard let rollup = read("/proc/\(member)/smaps_rollup"),
                let share = kilobytes("Pss_Anon:", in: rollup)
            else { continue }
            total = (total ?? 0) + share * 1_024
        }
        return total
    }

    /// The process that traces it, as a debugger does; nil for none.
    static func tracer(of process: Int32) -> Int32? {
        guard let status = read("/proc/\(process)/status"),
            let tracer = number("TracerPid:", in: status), tracer > 0
        else { return nil }
        return Int32(clamping: tracer)
    }

    private static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))

    private static func residentPages(of process: Int32) -> (anonymous: Int, total: Int)? {
        guard let statm = read("/proc/\(process)/statm") else { return nil }
        let fields = statm.split(separator: 0x20).prefix(3).map {
            Int(String(decoding: $0, as: UTF8.self))
        }
        guard fields.count == 3, let resident = fields[1], let shared = fields[2] else {
            return nil
        }
        return (max(0, resident - shared), resident)
    }

    /// Children, their children and so on, as far as the kernel tells (CONFIG_PROC_CHILDREN).
    private static func children(of process: Int32) -> [Int32] {
        var found: [Int32] = []
        var parents = [process]
        for _ in 0..<depthMax where !parents.isEmpty && found.count < childCountMax {
            parents = parents.flatMap(ownChildren)
            found += parents
        }
        return found
    }

    private static func ownChildren(of process: Int32) -> [Int32] {
        FileContent.names(in: "/proc/\(process)/task").flatMap { thread -> [Int32] in
            guard let list = read("/proc/\(process)/task/\(thread)/children") else { return [] }
            return list.split(separator: 0x20).compactMap {
                Int32(String(decoding: $0, as: UTF8.self))
            }
        }
    }

    private static func kilobytes(_ name: String, in status: [UInt8]) -> Int? {
        number(name, in: status)
    }

    /// The number in the line that begins with a name.
    private static func number(_ name: String, in status: [UInt8]) -> Int? {
        for line in status.split(separator: 0x0A) where line.starts(with: name.utf8) {
            let digits = line.dropFirst(name.utf8.count).filter { $0 >= 0x30 && $0 <= 0x39 }
            return Int(String(decoding: digits, as: UTF8.self))
        }
        return nil
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? Array(bytes[..<count]) : nil
    }
}
