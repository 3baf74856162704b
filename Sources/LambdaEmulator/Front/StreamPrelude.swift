internal import HTTPServer

/// The beginning of a streamed answer: JSON with the status and the fields, and 8 NULs.
///
/// Source: "Set up a Lambda proxy integration with payload response streaming in API Gateway".
struct StreamPrelude {
    private static let endCount = 8
    /// The fields of an answer have 10 KB at API Gateway; whoever is far beyond has left out the
    /// NULs.
    private static let bytesMax = 64 * 1024

    private var bytes: [UInt8] = []
    private var nulCount = 0

    /// Takes a further piece.
    ///
    /// - Returns: The head of the answer with the beginning of its body, once the prelude has
    ///   ended; nil before that.
    mutating func add(
        _ piece: some Collection<UInt8>, _ gateway: Gateway
    ) throws(AnswerProblem) -> HTTPServerAnswer? {
        for (count, byte) in piece.enumerated() {
            nulCount = byte == 0 ? nulCount + 1 : 0
            bytes.append(byte)
            if nulCount == Self.endCount {
                var head = try HTTPAnswer.readPrelude(bytes.dropLast(nulCount), gateway)
                head.body = Array(piece.dropFirst(count + 1))
                return head
            }
            guard bytes.count <= Self.bytesMax else { throw Self.missingEnd(after: bytes.count) }
        }
        return nil
    }

    /// The answer has ended before its prelude.
    var truncation: AnswerProblem { Self.missingEnd(after: bytes.count) }

    /// Reads an answer that was put together.
    static func read(
        _ payload: [UInt8], _ gateway: Gateway
    ) throws(AnswerProblem) -> HTTPServerAnswer {
        var prelude = StreamPrelude()
        guard let answer = try prelude.add(payload, gateway) else { throw prelude.truncation }
        return answer
    }

    private static func missingEnd(after count: Int) -> AnswerProblem {
        AnswerProblem("8 NULs were expected behind its prelude, within \(count) bytes are none")
    }
}
