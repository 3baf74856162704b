public import StrictJSON

/// A scorer as data: which signals count how much, and what follows from the score.
///
/// A card that has been made is valid: its document was checked member by member, no input can
/// overflow its sum, and it gives the results of its own vectors.
public struct Scorecard: Sendable {
    /// The name of the schema of the documents.
    public static let schema = "ttsr.scorecard/1"

    /// The card's name.
    public let id: String
    /// The card's version, a label for people; ``canonical`` is its identity.
    public let version: String
    /// The values an event's `source` may have.
    public let sources: [String]
    /// The document in the canonical form of RFC 8785; its SHA-256 identifies the card.
    public let canonical: [UInt8]
    /// The inputs, in the order in which the factors first read them, the others by name.
    ///
    /// So the order follows from the canonical form, which keeps that of factors, not of members.
    public let signals: [SignalDefinition]

    let base: FixedDecimal
    let factors: [Factor]
    let output: OutputRule
    let bands: [Band]
    let reasonsMax: Int
    /// The index of a signal by its name and by each of its aliases.
    private let signalIndexes: [String: Int]

    /// Reads a card and proves it valid.
    ///
    /// - Parameter document: the card; every decimal is a string.
    /// - Throws: ``ScorecardError`` with the place in the document and the kind of fault.
    public init(document: JSONValue) throws(ScorecardError) {
        let reader = ScorecardReader(root: CardNode(value: document, pointer: ""))
        try reader.readEnvelope()
        id = try reader.root.member("id").text(.identifier)
        version = try reader.root.member("version").text(.version)
        sources = try reader.readSources()
        (signals, factors) = try reader.readSignalsAndFactors()
        signalIndexes = try reader.readSignalIndexes(signals)
        output = try reader.readOutput()
        base = try reader.readBase(output)
        bands = try reader.readBands(output)
        reasonsMax = try reader.readReasonsMax(output)
        canonical = document.canonical()
        try proveNoOverflow(reader.root)
        try runVectors(reader.root)
    }

    /// Reads the signals of an input, strictly, and collects everything that is wrong with them.
    ///
    /// - Parameters:
    ///   - value: an object of JSON numbers by signal name or alias.
    ///   - pointer: the place of that object in its document, for the errors.
    public func readSignals(
        _ value: JSONValue, at pointer: String
    ) -> Result<SignalValues, SignalErrors> {
        var reader = SignalReader(
            definitions: signals, indexes: signalIndexes, pointer: pointer)
        return reader.read(value)
    }
}
