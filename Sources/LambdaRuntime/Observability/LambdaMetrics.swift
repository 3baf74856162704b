import StrictJSON

/// Writes metrics as log lines in CloudWatch's embedded metric format.
///
/// Source: CloudWatch user guide, "Specification: Embedded metric format". No call to a service
/// and no agent: CloudWatch makes metrics of the lines, and anyone else can read them.
public struct LambdaMetrics: Sendable {
    /// Units that CloudWatch knows.
    public enum Unit: String, Sendable {
        /// A number of things.
        case count = "Count"
        /// Time.
        case milliseconds = "Milliseconds", microseconds = "Microseconds", seconds = "Seconds"
        /// Size.
        case bytes = "Bytes"
        /// Any other number.
        case none = "None"
    }

    /// One measured value.
    public struct Metric: Sendable {
        let name: StaticString
        let value: Int64
        let unit: Unit

        /// Makes a metric.
        public init(_ name: StaticString, _ value: Int64, _ unit: Unit = .count) {
            self.name = name
            self.value = value
            self.unit = unit
        }
    }

    private let namespace: String
    private let now: @Sendable () -> Int64
    private let logger: LambdaLogger

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - namespace: CloudWatch's namespace, such as `TTSR`.
    ///   - logger: Its sink takes the lines.
    ///   - now: Unix time in milliseconds.
    public init(
        namespace: String, logger: LambdaLogger,
        now: @escaping @Sendable () -> Int64 = systemClockMs
    ) {
        self.namespace = namespace
        self.logger = logger
        self.now = now
    }

    /// Writes one line with all the metrics under one set of dimensions.
    ///
    /// - Parameters:
    ///   - metrics: 1 to 100, CloudWatch's limit for one document.
    ///   - dimensions: At most 30, of few values each: every new value is a new metric.
    public func emit(
        _ metrics: [Metric], dimensions: KeyValuePairs<StaticString, String> = [:]
    ) {
        guard !metrics.isEmpty, metrics.count <= 100, dimensions.count <= 30 else {
            logger.warning("metrics were dropped: too many, or none")
            return
        }
        let directive: JSONValue = [
            "Namespace": .string(namespace),
            "Dimensions": [.array(dimensions.map { .string("\($0.key)") })],
            "Metrics": .array(
                metrics.map { ["Name": .string("\($0.name)"), "Unit": .string($0.unit.rawValue)] }),
        ]
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        writer.name("_aws")
        writer.beginObject()
        writer.member("Timestamp", now())
        writer.member("CloudWatchMetrics", JSONValue.array([directive]))
        writer.endObject()
        for dimension in dimensions { writer.member("\(dimension.key)", dimension.value) }
        for metric in metrics { writer.member("\(metric.name)", metric.value) }
        writer.endObject()
        logger.emit(writer.bytes + [0x0A])
    }
}
