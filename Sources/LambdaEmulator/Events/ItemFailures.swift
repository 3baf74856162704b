internal import StrictJSON

/// Which records of a batch a function says it has failed with: `ReportBatchItemFailures`.
///
/// Source: "Implementing partial batch responses" of the AWS Lambda developer guide.
enum ItemFailures: Equatable {
    /// The whole batch is done.
    case none
    /// These are not: message ids of a queue, sequence numbers of a stream.
    case some(Set<String>)
    /// The answer cannot be understood: the whole batch counts as failed.
    case all

    private static let answerLimits = JSONLimits(bytesMax: 6_291_556, depthMax: 64)

    /// Reads an answer: nothing, `null`, `{}` and an empty list are success; a list with an
    /// identifier that is none of the batch's is not.
    init(answer: [UInt8], identifiers: Set<String>) {
        guard !answer.isEmpty else {
            self = .none
            return
        }
        guard let value = try? StrictJSON.parse(answer, limits: Self.answerLimits) else {
            self = .all
            return
        }
        guard let failures = value["batchItemFailures"], !failures.isNull else {
            self = .none
            return
        }
        guard let items = failures.array else {
            self = .all
            return
        }
        let named = items.map { $0["itemIdentifier"]?.string ?? "" }
        guard named.allSatisfy(identifiers.contains) else {
            self = .all
            return
        }
        self = named.isEmpty ? .none : .some(Set(named))
    }
}
