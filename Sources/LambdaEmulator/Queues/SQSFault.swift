/// An error of the SQS API, in the JSON protocol's form.
///
/// Sources: "Common errors" and the errors of each action in the Amazon SQS API reference; "AWS
/// JSON 1.0 protocol" of Smithy, `awsQueryCompatible`.
struct SQSFault: Error, Equatable {
    /// The error's shape, with its namespace.
    let type: String
    /// The code that clients of the former protocol know.
    let code: String
    let message: String

    private init(_ shape: String, _ code: String, _ message: String) {
        type = "com.amazonaws.sqs#" + shape
        self.code = code
        self.message = message
    }

    private init(general shape: String, _ code: String, _ message: String) {
        type = "com.amazon.coral.service#" + shape
        self.code = code
        self.message = message
    }

    /// An error whose former code is the shape's name with the service's prefix.
    private static func service(_ shape: String, _ message: String) -> SQSFault {
        SQSFault(shape, "AWS.SimpleQueueService." + shape, message)
    }

    static let noSuchQueue = SQSFault(
        "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist.")
    static let emptyBatch = service(
        "EmptyBatchRequest", "There should be at least one entry in the request.")
    static let tooManyEntries = service(
        "TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.")
    static let entriesNotDistinct = service(
        "BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.")
    static let batchTooLong = service(
        "BatchRequestTooLong", "Batch requests cannot be longer than 1048576 bytes.")
    static let invalidEntryID = service(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
            + "It can be at most 80 letters long.")
    static let notInFlight = service(
        "MessageNotInflight", "The message is not available for visibility timeout change.")
    static let invalidHandle = SQSFault(
        "ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", "The receipt handle is not valid.")
    static let invalidContents = SQSFault(
        "InvalidMessageContents", "InvalidMessageContents",
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | "
            + "#x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.")
    static let otherSite = SQSFault(
        general: "AccessDeniedException", "AccessDenied", "Requests of other sites are refused.")

    static func invalidAttributeName(_ name: String) -> SQSFault {
        SQSFault("InvalidAttributeName", "InvalidAttributeName", "Unknown Attribute \(name).")
    }

    static func unsupported(_ message: String) -> SQSFault {
        service("UnsupportedOperation", message)
    }

    static func missing(_ parameter: String) -> SQSFault {
        SQSFault(
            general: "MissingRequiredParameterException", "MissingParameter",
            "The request must contain the parameter \(parameter).")
    }

    static func invalidValue(_ message: String) -> SQSFault {
        SQSFault(general: "InvalidParameterValueException", "InvalidParameterValue", message)
    }

    static func invalidParameter(_ name: String) -> SQSFault {
        invalidValue("Value for parameter \(name) is invalid.")
    }

    static func outOfRange(_ name: String, _ range: ClosedRange<Int>) -> SQSFault {
        invalidValue(
            "Value for parameter \(name) is invalid. Reason: Must be between "
                + "\(range.lowerBound) and \(range.upperBound), if provided.")
    }

    static func unreadable(_ what: String) -> SQSFault {
        SQSFault(
            general: "SerializationException", "MalformedInput",
            "The request cannot be read as JSON: \(what).")
    }

    static func store(_ code: String) -> SQSFault {
        SQSFault(general: "InternalFailure", "InternalFailure", "The store: \(code).")
    }

    /// 500 for what is no fault of the sender's.
    var status: Int { isSenders ? 400 : 500 }
    var isSenders: Bool { code != "InternalFailure" }
}
