/// Why a store did not do what it was asked; in every case nothing has been written.
///
/// The texts name tables, attributes and limits, never values.
public enum TableStoreError: Error, Sendable, Hashable {
    /// The write's condition did not hold.
    case conditionFailed
    /// Conditions of a transaction did not hold: the indexes of those writes, ascending.
    case transactionCancelled([Int])
    /// Others held the store for longer than the caller may wait; the same call may succeed later.
    case busy
    /// There is no room left.
    case full
    /// The store cannot be reached or read; the code is the backend's own.
    case unavailable(code: Int32)
    /// The request makes no sense for this table: a wrong key, a wrong type, a value out of range.
    case invalid(String)
    /// An item, a key or a transaction exceeds a limit.
    case tooLarge(String)
    /// What is stored cannot be read as what this store writes.
    case corrupt
    /// No table (or `table/index`) of this name is defined.
    case unknownTable(String)
}

extension TableStoreError {
    /// A stable name of the case, for logs and metrics.
    public var code: String {
        switch self {
        case .conditionFailed: "condition_failed"
        case .transactionCancelled: "transaction_cancelled"
        case .busy: "busy"
        case .full: "full"
        case .unavailable: "unavailable"
        case .invalid: "invalid"
        case .tooLarge: "too_large"
        case .corrupt: "corrupt"
        case .unknownTable: "unknown_table"
        }
    }
}
