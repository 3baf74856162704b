import Glibc

/// Environment variables: those of the process, or given ones.
public struct LambdaEnvironment: Sendable {
    private enum Source: Sendable {
        case process
        case values([String: String])
    }

    private let source: Source

    /// Exactly these variables.
    public init(_ values: [String: String]) {
        source = .values(values)
    }

    private init(source: Source) {
        self.source = source
    }

    /// The variables of the process, read when asked for.
    public static func process() -> LambdaEnvironment {
        LambdaEnvironment(source: .process)
    }

    /// The variable's value; nil when it is not set.
    public subscript(_ name: String) -> String? {
        switch source {
        case .process: getenv(name).map { String(cString: $0) }
        case .values(let values): values[name]
        }
    }

    /// AWS_LAMBDA_FUNCTION_NAME.
    public var functionName: String? { self["AWS_LAMBDA_FUNCTION_NAME"] }
    /// AWS_LAMBDA_FUNCTION_VERSION.
    public var functionVersion: String? { self["AWS_LAMBDA_FUNCTION_VERSION"] }
    /// AWS_LAMBDA_FUNCTION_MEMORY_SIZE, in megabytes.
    public var memoryMB: Int? { self["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"].flatMap { Int($0) } }
    /// AWS_REGION.
    public var region: String? { self["AWS_REGION"] }
    /// AWS_LAMBDA_LOG_FORMAT, `JSON` or `Text`.
    public var logFormat: String? { self["AWS_LAMBDA_LOG_FORMAT"] }
    /// AWS_LAMBDA_LOG_LEVEL, `TRACE` to `FATAL`.
    public var logLevel: String? { self["AWS_LAMBDA_LOG_LEVEL"] }
}
