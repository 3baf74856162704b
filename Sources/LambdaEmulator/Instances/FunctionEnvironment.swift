internal import Glibc

/// The environment of a function's process: what AWS sets, and the template's variables.
///
/// Nothing of the emulator's own environment goes in but PATH and LD_LIBRARY_PATH, so that
/// interpreters and libraries of this machine are found.
/// Source: "Defined runtime environment variables" of the AWS Lambda developer guide.
struct FunctionEnvironment {
    /// A template may set these although they have a value already.
    private static let overridable: Set<String> = [
        "AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL_SQS", "AWS_LAMBDA_LOG_FORMAT",
        "AWS_LAMBDA_LOG_LEVEL", "AWS_XRAY_CONTEXT_MISSING",
        "AWS_XRAY_DAEMON_ADDRESS", "LANG", "LD_LIBRARY_PATH", "PATH", "SWIFT_BACKTRACE", "TZ",
    ]
    private static let runtimeOnly: Set<String> = [
        "AWS_EXECUTION_ENV", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS", "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    ]
    private static let maxConcurrency = "AWS_LAMBDA_MAX_CONCURRENCY"
    /// Reserved, but without a value for a custom runtime, or not always with one.
    private static let unset: Set<String> = ["AWS_EXECUTION_ENV", maxConcurrency]

    let definition: FunctionDefinition
    /// `127.0.0.1:port`.
    let runtimeAPI: String
    let logStream: String
    let region: String
    /// SWIFT_BACKTRACE; nil when this machine has no Swift backtracer.
    var backtrace: String?
    /// The emulator's own port, where functions find its Lambda and SQS; 0 when it has none.
    var endpointPort: UInt16 = 0

    /// `NAME=value` for each variable, in the order of the names.
    func make() -> [String] {
        var variables = platform
        for (name, value) in definition.environment where !Self.isReserved(name, in: variables) {
            variables[name] = LocalEndpoint.resolve(value, port: endpointPort)
        }
        return variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// The same for an extension's process: without what is the runtime's alone.
    ///
    /// Source: "Lambda Extensions API" of the AWS Lambda developer guide.
    func makeForExtensions() -> [String] {
        make().filter { variable in
            let name = variable.prefix { $0 != "=" }
            return !name.hasPrefix("_") && !Self.runtimeOnly.contains(String(name))
        }
    }

    /// True for a name a template must not set: it is dropped.
    static func isReserved(_ name: String) -> Bool {
        let environment = FunctionEnvironment(
            definition: FunctionDefinition(name: "", codeDirectory: ""), runtimeAPI: "",
            logStream: "", region: "")
        return isReserved(name, in: environment.platform)
    }

    private static func isReserved(_ name: String, in platform: [String: String]) -> Bool {
        if name.hasPrefix("_") || unset.contains(name) { return true }
        return platform[name] != nil && !overridable.contains(name)
    }

    private var platform: [String: String] {
        var variables = [
            "_HANDLER": definition.handler,
            "LAMBDA_TASK_ROOT": definition.codeDirectory,
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "AWS_LAMBDA_RUNTIME_API": runtimeAPI,
            "AWS_LAMBDA_FUNCTION_NAME": definition.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": String(definition.memoryMB),
            "AWS_LAMBDA_LOG_GROUP_NAME": definition.logging.group
                ?? "/aws/lambda/\(definition.name)",
            "AWS_LAMBDA_LOG_STREAM_NAME": logStream,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            // No credentials of the person who runs the emulator reach a function.
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_SESSION_TOKEN": "local",
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
            "_AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1",
            "_AWS_XRAY_DAEMON_PORT": "2000",
            "LANG": "en_US.UTF-8",
            "LD_LIBRARY_PATH": libraryPath,
            "PATH": path,
            "TZ": ":UTC",
        ]
        // SDKs take these for the services that run here, and AWS's own for all others.
        for service in endpointPort == 0 ? [] : ["LAMBDA", "SQS"] {
            variables["AWS_ENDPOINT_URL_" + service] = "http://127.0.0.1:\(endpointPort)"
        }
        if definition.logging.isJSON {
            variables["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
            variables["AWS_LAMBDA_LOG_LEVEL"] = definition.logging.level
        }
        if definition.invocationsPerInstanceMax > 1 {
            variables[Self.maxConcurrency] = String(definition.invocationsPerInstanceMax)
            variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = "lambda-managed-instances"
        }
        variables["SWIFT_BACKTRACE"] = backtrace
        return variables
    }

    /// As on AWS the programs of layers come last.
    private var path: String {
        let inherited = Self.inherited("PATH") ?? "/usr/local/bin:/usr/bin:/bin:/opt/bin"
        let layers = definition.layers.reversed().map { $0 + "/bin" }
        return ([inherited] + layers).joined(separator: ":")
    }

    /// As on AWS a function's own libraries are found beside its bootstrap and in `lib`, and after
    /// them those of its layers.
    private var libraryPath: String {
        let own =
            [definition.codeDirectory, definition.codeDirectory + "/lib"]
            + definition.layers.reversed().map { $0 + "/lib" }
        return ([Self.inherited("LD_LIBRARY_PATH")].compactMap { $0 } + own)
            .joined(separator: ":")
    }

    private static func inherited(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
