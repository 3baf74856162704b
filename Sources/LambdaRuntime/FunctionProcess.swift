import HTTPClient
import StrictJSON

/// The life of a function: init, then event after event until the platform ends it.
struct FunctionProcess: Sendable {
    let authority: String
    let termination: Termination
    let initialization: LambdaInitialization
    let timer: DeadlineTimer

    private var logger: LambdaLogger { initialization.logger }

    /// Puts the process of a function together, runs it and returns the exit code.
    static func run(
        _ type: (some LambdaFunction).Type, on thread: LoopThread, _ make: Function.Maker
    ) async -> Int32 {
        let environment = LambdaEnvironment.process()
        let logger = LambdaLogger(
            minimum: LambdaLogger.Level(environment), format: LambdaLogger.Format(environment))
        guard let authority = environment["AWS_LAMBDA_RUNTIME_API"], !authority.isEmpty else {
            logger.fatal("AWS_LAMBDA_RUNTIME_API is not set")
            return 1
        }
        let termination: Termination
        do throws(HTTPClientError) {
            termination = try Termination.onSignal()
        } catch {
            logger.fatal("runtime cannot start", ["stage": .string(error.code.rawValue)])
            return 1
        }
        let process = FunctionProcess(
            authority: authority, termination: termination,
            initialization: LambdaInitialization(environment: environment, logger: logger),
            timer: DeadlineTimer(margin: type.deadlineMargin))
        return await process.run(on: thread, make)
    }

    /// Runs to the end and returns the exit code.
    ///
    /// - Parameter thread: What the process's tasks prefer to run on.
    func run(on thread: LoopThread? = nil, _ make: Function.Maker) async -> Int32 {
        guard let client = makeClient() else { return 1 }
        let concurrency: MaxConcurrency
        let function: Function
        do {
            concurrency = try MaxConcurrency(initialization.environment)
            function = try await make(initialization)
        } catch {
            if error is MaxConcurrency.Invalid { logger.fatal(MaxConcurrency.Invalid.message) }
            Delivery(client: client, logger: logger).report(ErrorReport(error))
            return 1
        }
        if function.shutdown != nil, !ShutdownExtension(authority: authority).start() {
            logger.debug("platform does not announce the end of the process")
        }
        let code: Int32
        if concurrency.value > 1 {
            code = await ConcurrentLoops(count: concurrency.value, process: self).run(function)
        } else if case .exit(let ended) = await loop(client, function, isAlone: true).serve() {
            // In the process's own task: no other is needed as long as none is cancelled.
            code = ended
        } else {
            code = await serve(function, on: thread, isAlone: true)
        }
        if code == 0, let shutdown = function.shutdown {
            // The process's own task may be cancelled.
            await Task(executorPreference: thread) { await shutdown() }.value
        }
        return code
    }

    /// Runs one loop after the other, until one is not cancelled, and returns the exit code.
    func serve(
        _ function: Function, on thread: LoopThread?, isAlone: Bool
    ) async -> Int32 {
        while true {
            // A task and a connection of its own for each.
            let task = Task(executorPreference: thread) {
                guard let client = makeClient() else { return RunLoop.End.exit(1) }
                return await loop(client, function, isAlone: isAlone).serve()
            }
            if case .exit(let code) = await task.value { return code }
        }
    }

    private func loop(
        _ client: RuntimeAPIClient, _ function: Function, isAlone: Bool
    ) -> RunLoop {
        RunLoop(
            client: client, function: function, termination: termination, logger: logger,
            timer: timer, isAlone: isAlone)
    }

    /// Nil when the process has nothing left to make one of; the other loops end then.
    private func makeClient() -> RuntimeAPIClient? {
        do throws(HTTPClientError) {
            return try RuntimeAPIClient(
                authority: authority, interruption: termination.interruption)
        } catch {
            logger.fatal("runtime cannot start", ["stage": .string(error.code.rawValue)])
            termination.raise()
            return nil
        }
    }
}
