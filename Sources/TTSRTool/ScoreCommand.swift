import Glibc
import Scorecard
import TTSR

/// `ttsr score`
enum ScoreCommand {
    static func run(_ arguments: inout Arguments) throws {
        try arguments.ignoreStore()
        let path = arguments.optionalWord() ?? "-"
        try arguments.finish()
        let bytes = try InputFile.read(path, bytesMax: ScoreRequest.bytesMax)
        let card = try PublishedCard.travel()
        do throws(RequestError) {
            let request = try ScoreRequest(body: bytes, card: card.card)
            Output.line(EventRecord.preview(request, card: card))
        } catch {
            throw CommandFailure(describe(error))
        }
    }

    private static func describe(_ error: RequestError) -> String {
        switch error {
        case .tooLarge: "the event is larger than \(ScoreRequest.bytesMax) bytes"
        case .malformed(let place): "the event is not JSON that can be read: \(place.code)"
        case .invalid(let places):
            "the event is not valid: "
                + places.map { "\($0.pointer.isEmpty ? "/" : $0.pointer) \($0.code)" }
                .joined(separator: ", ")
        }
    }
}

/// Reads a file, or standard input.
enum InputFile {
    /// - Parameter path: `-` for standard input.
    static func read(_ path: String, bytesMax: Int) throws(CommandFailure) -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure("the file cannot be read") }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= bytesMax {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw CommandFailure("the file cannot be read") }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }
}
