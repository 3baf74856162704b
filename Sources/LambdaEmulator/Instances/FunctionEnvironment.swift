internal import Glibc

/// The environment of a function's process: what AWS sets, and the template's variables.
///
/// Nothing of the emulator's own environment goes in but PATH, LD_LIBRARY_PATH and TZ.
/// Source: "Defined runtime environment variables" of the AWS Lambda developer guide.
enum FunctionEnvironment {
    /// A template may set these although they have a value already.
    private static let overridable: Set<String> = [
        "AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS", "LANG", "LD_LIBRARY_PATH", "PATH",
        "TZ",
    ]
    private static let maxConcurrency = "AWS_LAMBDA_MAX_CONCURRENCY"
    private static let inherited = ["PATH", "LD_LIBRARY_PATH", "TZ"]

    /// `NAME=value` for each variable, in the order of the names.
    static func make(
        for definition: FunctionDefinition, runtimeAPI: String, region: String
    ) -> [String] {
        var variables = platform(definition, runtimeAPI: runtimeAPI, region: region)
        for (name, value) in definition.environment where !isReserved(name, in: variables) {
            variables[name] = value
        }
        return variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// True for a name a template must not set: it is dropped.
    static func isReserved(_ name: String) -> Bool {
        let definition = FunctionDefinition(name: "", codeDirectory: "")
        return isReserved(name, in: platform(definition, runtimeAPI: "", region: ""))
    }

    private static func isReserved(_ name: String, in platform: [String: String]) -> Bool {
        let unset = ["AWS_EXECUTION_ENV", maxConcurrency]
        if name.hasPrefix("_") || unset.contains(name) { return true }
        return platform[name] != nil && !overridable.contains(name)
    }

    private static func platform(
        _ definition: FunctionDefinition, runtimeAPI: String, region: String
    ) -> [String: String] {
        var variables = [
            "_HANDLER": definition.handler,
            "LAMBDA_TASK_ROOT": definition.codeDirectory,
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "AWS_LAMBDA_RUNTIME_API": runtimeAPI,
            "AWS_LAMBDA_FUNCTION_NAME": definition.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": String(definition.memoryMB),
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/\(definition.name)",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local/[$LATEST]\(runtimeAPI)",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            // No credentials of the person who runs the emulator reach a function.
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_SESSION_TOKEN": "local",
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
            "LANG": "en_US.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/bin",
            "TZ": ":UTC",
        ]
        if definition.invocationsPerInstanceMax > 1 {
            variables[maxConcurrency] = String(definition.invocationsPerInstanceMax)
            variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = "lambda-managed-instances"
        }
        for name in inherited {
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
        return variables
    }
}
