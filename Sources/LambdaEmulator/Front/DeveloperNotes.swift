import Locking

/// What a developer should hear of once, and not for every request.
final class DeveloperNotes: Sendable {
    private static let countMax = 1_000

    private let log: EmulatorLog
    private let told = Locked<Set<String>>([])

    init(log: EmulatorLog) { self.log = log }

    /// Logs a text unless it was logged before.
    func note(_ text: String) {
        let isNew = told.withLock { told in
            told.count < Self.countMax && told.insert(text).inserted
        }
        if isNew { log.note(text) }
    }
}
