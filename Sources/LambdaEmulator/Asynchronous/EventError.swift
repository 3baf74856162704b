internal import StrictJSON

/// What a function, or the platform, said of a failure.
struct EventError: Sendable, Equatable {
    let type: String
    /// The first kilobyte, as AWS keeps it.
    let message: String

    private static let messageBytesMax = 1_024

    init(type: String, message: String) {
        self.type = type
        self.message = Self.cut(message)
    }

    /// Of an outcome that is no success.
    init(of outcome: InvocationOutcome) {
        switch outcome {
        case .refused:
            self.init(type: "TooManyRequestsException", message: "Rate Exceeded.")
        case .completed(let result): self.init(of: result)
        }
    }

    /// The failure's `errorMessage`, where its JSON has one.
    init(of result: InvocationResult) {
        let limits = JSONLimits(bytesMax: result.payload.count, depthMax: 64)
        let value = try? StrictJSON.parse(result.payload, limits: limits)
        self.init(
            type: result.failure?.errorType ?? "", message: value?["errorMessage"]?.string ?? "")
    }

    /// Cuts at a character's end.
    private static func cut(_ text: String) -> String {
        guard text.utf8.count > messageBytesMax else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: messageBytesMax)
        while end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return String(text[..<end])
    }
}
