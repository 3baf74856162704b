internal import Glibc

/// What /proc says of a process.
enum ProcessStatus {
    /// VmHWM, the most it ever had resident, in MB rounded up; nil when it has ended.
    static func peakMemoryMB(of process: Int32) -> Int? {
        let descriptor = open("/proc/\(process)/status", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        for line in bytes[..<count].split(separator: 0x0A) where line.starts(with: "VmHWM:".utf8) {
            let digits = line.filter { $0 >= 0x30 && $0 <= 0x39 }
            return Int(String(decoding: digits, as: UTF8.self)).map { ($0 + 1_023) / 1_024 }
        }
        return nil
    }
}
