/// What the emulator takes from a SAM template, with everything resolved.
public struct Template: Sendable, Hashable {
    /// The functions, in the template's order.
    public var functions: [FunctionDefinition]
    /// HTTP and REST APIs; one that a route names and that is not here has the usual settings.
    public var apis: [APIDefinition]
    /// Routes of HTTP and REST APIs.
    public var routes: [RouteDefinition]
    /// URLs of functions.
    public var functionURLs: [FunctionURLDefinition]
    /// Schedules of functions.
    public var schedules: [ScheduleDefinition]
    /// Table streams that functions read.
    public var streams: [StreamDefinition]
    /// Queues, each with its messages in the data directory.
    public var queues: [QueueDefinition]
    /// Queues that functions are invoked with.
    public var queueSources: [QueueSourceDefinition]
    /// What the template asks for and the emulator does not do.
    public var warnings: [TemplateWarning]

    /// Makes a template without a file, as a test may.
    public init(
        functions: [FunctionDefinition], apis: [APIDefinition] = [],
        routes: [RouteDefinition] = [], functionURLs: [FunctionURLDefinition] = [],
        schedules: [ScheduleDefinition] = [], streams: [StreamDefinition] = [],
        queues: [QueueDefinition] = [], queueSources: [QueueSourceDefinition] = [],
        warnings: [TemplateWarning] = []
    ) {
        self.functions = functions
        self.apis = apis
        self.routes = routes
        self.functionURLs = functionURLs
        self.schedules = schedules
        self.streams = streams
        self.queues = queues
        self.queueSources = queueSources
        self.warnings = warnings
    }

    /// The function with this name or logical id.
    public func function(named name: String) -> FunctionDefinition? {
        functions.first { $0.name == name } ?? functions.first { $0.logicalID == name }
    }
}

/// Something in a template that the emulator does not do as AWS would.
public struct TemplateWarning: Sendable, Hashable, CustomStringConvertible {
    /// The template's file name.
    public var file: String
    /// From 1.
    public var line: Int
    /// What, and what it means here.
    public var text: String

    /// `file:line: text`.
    public var description: String { "\(file):\(line): \(text)" }
}
