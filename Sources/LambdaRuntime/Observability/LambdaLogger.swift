import Glibc
public import StrictJSON

/// Writes one line per message, each with one `write(2)` to standard output.
///
/// The message is a fixed text and the values are fields of their own, so a line can be searched
/// and no message is ever put together from input. Never log a secret or a token.
///
/// A function's own logger follows AWS_LAMBDA_LOG_FORMAT (see ``Format``) and
/// AWS_LAMBDA_LOG_LEVEL (see ``Level``).
///
/// Source: AWS Lambda developer guide, "Configuring advanced logging controls for your Lambda
/// function".
public struct LambdaLogger: Sendable {
    /// Where lines go and when they are: shared by all loggers made from one.
    private final class Output: Sendable {
        let minimum: Level
        let format: Format
        let now: @Sendable () -> Int64
        let sink: @Sendable ([UInt8]) -> Void

        init(
            _ minimum: Level, _ format: Format, _ now: @escaping @Sendable () -> Int64,
            _ sink: @escaping @Sendable ([UInt8]) -> Void
        ) {
            self.minimum = minimum
            self.format = format
            self.now = now
            self.sink = sink
        }
    }

    private let output: Output
    private let requestID: String?
    private let traceID: String?

    /// Makes a logger.
    ///
    /// - Parameters:
    ///   - minimum: Lighter messages are dropped.
    ///   - format: The form of a line.
    ///   - now: Unix time in milliseconds.
    ///   - sink: Takes one whole line, its line feed included.
    public init(
        minimum: Level = .info, format: Format = .json,
        now: @escaping @Sendable () -> Int64 = systemClockMs,
        sink: @escaping @Sendable ([UInt8]) -> Void = LambdaLogger.standardOutput
    ) {
        output = Output(minimum, format, now, sink)
        requestID = nil
        traceID = nil
    }

    private init(_ output: Output, _ requestID: String?, _ traceID: String?) {
        self.output = output
        self.requestID = requestID
        self.traceID = traceID
    }

    /// The same logger, naming the invocation in each line.
    public func with(requestID: String?, traceID: String?) -> LambdaLogger {
        LambdaLogger(output, requestID, traceID)
    }

    /// Logs at trace level.
    public func trace(
        _ message: StaticString, _ fields: KeyValuePairs<StaticString, JSONValue> = [:]
    ) { log(.trace, message, fields) }

    /// Logs at debug level.
    public func debug(
        _ message: StaticString, _ fields: KeyValuePairs<StaticString, JSONValue> = [:]
    ) { log(.debug, message, fields) }

    /// Logs at info level.
    public func info(
        _ message: StaticString, _ fields: KeyValuePairs<StaticString, JSONValue> = [:]
    ) { log(.info, message, fields) }

    /// Logs at warning level.
    public func warning(
        _ message: StaticString, _ fields: KeyValuePairs<StaticString, JSONValue> = [:]
    ) { log(.warning, message, fields) }

    /// Logs at error level.
    public func error(
        _ message: StaticString, _ fields: KeyValuePairs<StaticString, JSONValue> = [:]
    ) { log(.error, message, fields) }

    /// Logs at fatal level; it does not end the process.
    public func fatal(
        _ message: StaticString, _ fields: KeyValuePairs<StaticString, JSONValue> = [:]
    ) { log(.fatal, message, fields) }

    /// Writes a line that is already complete, such as a metric document.
    func emit(_ line: [UInt8]) { output.sink(line) }

    private func log(
        _ level: Level, _ message: StaticString, _ fields: KeyValuePairs<StaticString, JSONValue>
    ) {
        guard level >= output.minimum else { return }
        let line = LogLine(
            timeMs: output.now(), level: level, message: message, requestID: requestID,
            traceID: traceID, fields: fields)
        output.sink(line.bytes(output.format))
    }

    /// Writes the line with one call, so that lines of two threads never mix; a pipe takes up to
    /// 4096 bytes at once (POSIX PIPE_BUF), the rest of a longer line follows.
    @Sendable public static func standardOutput(_ line: [UInt8]) {
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = write(
                    STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
