import Glibc
import LambdaEmulator

/// Standard output and standard error, unbuffered.
enum Console {
    static func print(_ text: String) { write(Array((text + "\n").utf8), to: 1) }

    static func write(_ bytes: [UInt8]) { write(bytes, to: 1) }

    static func writeLog(_ bytes: [UInt8]) { write(bytes, to: 2) }

    static func complain(_ line: String) {
        write(Array("lambda-emulator: \(line)\n".utf8), to: 2)
    }

    /// Names what was thrown.
    ///
    /// - Returns: The exit status for it: 2 for arguments and templates that cannot be understood.
    static func complain(of error: any Error) -> Int32 {
        switch error {
        case let error as TemplateError: complain(error.description)
        case let error as ArgumentError: complain(error.line)
        default:
            complain("\(error)")
            return 1
        }
        return 2
    }

    /// False when not all can be written: errno tells why.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
