import FileInput
import Scorecard
import TTSR

/// `ttsr score`
enum ScoreCommand {
    static func run(_ arguments: inout Arguments) throws {
        try arguments.ignoreStore()
        let path = arguments.optionalWord() ?? "-"
        try arguments.finish()
        guard let bytes = InputFile.read(path, bytesMax: ScoreRequest.bytesMax) else {
            throw CommandFailure(
                "the event cannot be read, or is larger than \(ScoreRequest.bytesMax) bytes")
        }
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
