internal import Glibc

/// `LoggingConfig`: what a function is told of how it should log.
public struct LoggingDefinition: Sendable, Hashable {
    /// True for `LogFormat: JSON`.
    public var isJSON: Bool
    /// `ApplicationLogLevel`; only told with the format JSON, `INFO` when nothing is said.
    public var level: String
    /// `LogGroup`; nil for `/aws/lambda/` and the function's name.
    public var group: String?

    /// Makes a configuration; that of a function that says nothing by default.
    public init(isJSON: Bool = false, level: String = "INFO", group: String? = nil) {
        self.isJSON = isJSON
        self.level = level
        self.group = group
    }
}

/// One function of a template, with everything resolved.
public struct FunctionDefinition: Sendable, Hashable {
    /// The name callers use: `FunctionName`, or the logical id.
    public var name: String
    /// The resource's name in the template.
    public var logicalID: String
    /// The absolute path of `CodeUri`; its `bootstrap` is run with it as working directory.
    public var codeDirectory: String
    /// `Handler`: handed on as `_HANDLER`, of no other use to a `provided` runtime.
    public var handler: String
    /// How long one invocation may take, in milliseconds.
    public var timeoutMs: Int
    /// `MemorySize` in MB: what a process and its children may have written.
    public var memoryMB: Int
    /// `Environment.Variables`.
    public var environment: [String: String]
    /// How many instances may live at once; 0 throttles every call.
    public var concurrencyMax: Int
    /// True when the template reserves that many (`ReservedConcurrentExecutions`); otherwise they
    /// are the emulator's choice.
    public var isConcurrencyReserved: Bool
    /// How many calls may wait when all instances are busy; nil is the emulator's choice, 1,000.
    /// AWS lets none wait.
    public var waitingMax: Int?
    /// How many invocations one instance takes at once, 1 to 1,000; with more than one its process
    /// is run as on Lambda Managed Instances.
    public var invocationsPerInstanceMax: Int
    /// The absolute paths of the folders of its layers, each of which stands for `/opt`: their
    /// `bin`, `lib`, `extensions` and `bootstrap` are found, those of a later one first.
    public var layers: [String] = []
    /// `LoggingConfig`.
    public var logging = LoggingDefinition()
    /// `AutoPublishAlias`: another name of the only version that there is here.
    public var alias: String?
    /// `EventInvokeConfig` and `DeadLetterQueue`.
    public var asynchronous: AsynchronousPolicy

    /// The defaults are those of AWS Lambda; 10 instances when none are reserved.
    public init(
        name: String, logicalID: String? = nil, codeDirectory: String,
        handler: String = "bootstrap", timeoutMs: Int = 3_000, memoryMB: Int = 128,
        environment: [String: String] = [:], concurrencyMax: Int = 10,
        invocationsPerInstanceMax: Int = 1,
        asynchronous: AsynchronousPolicy = AsynchronousPolicy()
    ) {
        self.name = name
        self.logicalID = logicalID ?? name
        self.codeDirectory = codeDirectory
        self.handler = handler
        self.timeoutMs = timeoutMs
        self.memoryMB = memoryMB
        self.environment = environment
        self.concurrencyMax = concurrencyMax
        // None at all can only be meant.
        isConcurrencyReserved = concurrencyMax == 0
        self.invocationsPerInstanceMax = invocationsPerInstanceMax
        self.asynchronous = asynchronous
    }

    /// Where its code is, and so what a change of is taken up.
    var codeFolders: [String] { [codeDirectory] + layers }

    /// The program: the function's own, or that of a layer.
    var bootstrapPath: String {
        let own = codeDirectory + "/bootstrap"
        guard !layers.isEmpty, access(own, X_OK) != 0 else { return own }
        return layers.reversed().map { $0 + "/bootstrap" }.first { access($0, X_OK) == 0 } ?? own
    }

    /// The programs of external extensions, by their names; a later layer's takes the place of an
    /// earlier one's. Looks at the disk.
    var extensionPaths: [String] {
        var paths: [String: String] = [:]
        for layer in layers {
            for name in FileContent.names(in: layer + "/extensions") {
                let path = "\(layer)/extensions/\(name)"
                if FileContent.isFile(path) { paths[name] = path }
            }
        }
        return paths.sorted { $0.key < $1.key }.map(\.value)
    }
}
