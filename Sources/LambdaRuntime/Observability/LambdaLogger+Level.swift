extension LambdaLogger {
    /// How much a message matters.
    public enum Level: Int, Sendable, Comparable, CaseIterable {
        /// Step by step.
        case trace
        /// For whoever looks into a matter.
        case debug
        /// What happened.
        case info
        /// Unexpected, and dealt with.
        case warning
        /// An operation failed.
        case error
        /// The process cannot go on.
        case fatal

        /// As AWS writes it.
        var name: String {
            switch self {
            case .trace: "TRACE"
            case .debug: "DEBUG"
            case .info: "INFO"
            case .warning: "WARN"
            case .error: "ERROR"
            case .fatal: "FATAL"
            }
        }

        /// The level that AWS_LAMBDA_LOG_LEVEL names, in letters of any case; info without one.
        init(_ environment: LambdaEnvironment) {
            let name = environment.logLevel?.uppercased()
            self = Self.allCases.first { $0.name == name } ?? .info
        }

        /// By weight.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }
}
