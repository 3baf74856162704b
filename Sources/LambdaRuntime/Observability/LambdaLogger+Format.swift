extension LambdaLogger {
    /// The form of a line.
    public enum Format: Sendable {
        /// One JSON object: `timestamp` (RFC 3339), `level`, `message`, `requestId`, `traceId`,
        /// then the fields. CloudWatch finds time and level in it by itself.
        case json
        /// Time, request id, level, message and fields, parted by tabs.
        case text

        /// What AWS_LAMBDA_LOG_FORMAT says, in letters of any case; JSON without it.
        ///
        /// Where several invocations run at once it is always JSON: AWS takes nothing else there.
        init(_ environment: LambdaEnvironment) {
            let isText = environment.logFormat?.uppercased() == "TEXT"
            let isAlone = (try? MaxConcurrency(environment).value) == 1
            self = isText && isAlone ? .text : .json
        }
    }
}
