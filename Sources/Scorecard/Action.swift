/// What a decision asks its receiver to do, in ascending severity.
public enum Action: String, Sendable, Hashable, Comparable, CaseIterable {
    /// Let it pass.
    case allow
    /// Have somebody look at it.
    case review
    /// Stop it until somebody has looked at it.
    case hold

    private var severity: Int {
        switch self {
        case .allow: 0
        case .review: 1
        case .hold: 2
        }
    }

    /// Orders by severity.
    public static func < (left: Action, right: Action) -> Bool {
        left.severity < right.severity
    }
}
