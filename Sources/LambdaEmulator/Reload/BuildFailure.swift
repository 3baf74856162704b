internal import HTTPServer

/// A build that failed: what callers are told until one succeeds.
struct BuildFailure: Sendable, Equatable {
    /// The last lines it printed, as they are.
    let lines: [[UInt8]]

    private var bytes: [UInt8] { Array(lines.joined(separator: [0x0A])) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// For who looks at a browser: no gateway of AWS has such an answer.
    var answer: HTTPServerAnswer {
        HTTPServerAnswer(
            status: 502,
            fields: [
                ("content-type", "text/plain; charset=utf-8"),
                ("x-emulator-error", "the code cannot be built"),
            ], body: Array("the code cannot be built:\n\n".utf8) + bytes + [0x0A])
    }
}
