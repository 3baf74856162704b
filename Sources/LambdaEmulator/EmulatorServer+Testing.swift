import Locking

extension EmulatorServer {
    /// Starts an emulator on a template, as a test wants it.
    ///
    /// It listens on a free port, keeps nothing on the disk and writes no log to standard error:
    /// ``log`` and ``invocations`` have what a test looks at, up to 10,000 invocations. Without a
    /// data directory no table stream is read; set one for that. It stops with the last reference
    /// to it.
    ///
    /// - Parameters:
    ///   - path: The SAM template; `CodeUri` is relative to its folder.
    ///   - parameters: Values for the template's parameters.
    ///   - configure: Changes what it is started with.
    /// - Throws: ``TemplateError`` or ``EmulatorError``.
    public convenience init(
        template path: String, parameters: [String: String] = [:],
        configure: (inout EmulatorConfiguration) -> Void = { _ in }
    ) throws {
        let template = try TemplateReader.read(path: path, parameters: parameters)
        var configuration = EmulatorConfiguration(template: template)
        configuration.logDescriptor = nil
        configuration.recentInvocationsMax = 10_000
        configure(&configuration)
        self.init(configuration)
        try start()
    }

    /// Where it serves the template's routes and the Lambda API, such as `http://127.0.0.1:40123`.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// Runs a function once and waits for its answer.
    ///
    /// - Parameters:
    ///   - function: Its name, its logical id or its ARN.
    ///   - event: JSON.
    ///   - clientContext: JSON that the function gets as its client context.
    /// - Returns: The function's answer, or its failure, with its log and its figures.
    public func invoke(
        _ function: String, _ event: String, clientContext: String? = nil
    ) async throws(EmulatorError) -> InvocationResult {
        try await invoke(
            function: function, payload: Array(event.utf8), clientContext: clientContext)
    }

    /// Runs a function once and gives its answer while it is made.
    ///
    /// - Returns: The answer's pieces, and its end: see ``InvocationStream``.
    public func invokeStreaming(
        _ function: String, _ event: String
    ) throws(EmulatorError) -> InvocationStream {
        let stream = InvocationStream()
        try begin(function, Array(event.utf8), sink: stream.pieces) { stream.pieces.end($0) }
        return stream
    }
}
