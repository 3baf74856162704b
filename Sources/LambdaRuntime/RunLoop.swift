import Glibc
import HTTPClient
import StrictJSON

/// The life of a function: init, then event after event until the platform ends it.
struct RunLoop<Handler: LambdaHandler> {
    let client: RuntimeAPIClient
    let termination: Termination
    let initialization: LambdaInitialization
    /// Whether no other loop runs in the process.
    var isAlone = true

    private var logger: LambdaLogger { initialization.logger }

    /// Runs to the end and returns the exit code.
    func run() async -> Int32 {
        let handler: Handler
        let concurrency: MaxConcurrency
        do {
            concurrency = try MaxConcurrency(initialization.environment)
            handler = try await Handler(initialization)
        } catch {
            if error is MaxConcurrency.Invalid { logger.error(MaxConcurrency.Invalid.message) }
            report(.initError(ErrorReport(error)), requestID: nil)
            return 1
        }
        guard concurrency.value > 1 else { return await serve(handler) }
        let loops = ConcurrentLoops<Handler>(
            count: concurrency.value, authority: client.authority, termination: termination,
            initialization: initialization)
        return await loops.run(handler)
    }

    /// Event after event, and the exit code.
    func serve(_ handler: Handler) async -> Int32 {
        var traceID: String?
        do throws(RuntimeAPIClient.Fatal) {
            while !termination.isRaised {
                let invocation = try client.next()
                if isAlone { setTrace(invocation.traceID, after: &traceID) }
                try await handle(invocation, with: handler)
            }
            return 0
        } catch {
            guard termination.raise() else { return 0 }
            log(error)
            return 1
        }
    }

    private func handle(
        _ invocation: Invocation, with handler: Handler
    ) async throws(RuntimeAPIClient.Fatal) {
        let context = LambdaContext(invocation, logger: logger)
        do {
            let payload = try await handler.invoke(payload: invocation.payload, context: context)
            try respond(payload, to: invocation)
        } catch let error as RuntimeAPIClient.Fatal {
            throw error
        } catch {
            let failure = ErrorReport(error)
            context.logger.error("invocation failed", ["error": .string(failure.message)])
            report(.error(requestID: invocation.requestID, failure), requestID: context.requestID)
        }
    }

    /// A refused answer (400 unknown id, 403 wrong state, 413 too large) is the platform's to tell
    /// the caller; the function goes on. 500 means that the container is broken.
    private func respond(
        _ payload: [UInt8], to invocation: Invocation
    ) throws(RuntimeAPIClient.Fatal) {
        let request = RuntimeAPIRequest.response(
            requestID: invocation.requestID, payload: payload)
        let status: Int
        do throws(HTTPClientError) {
            status = try client.send(request)
        } catch {
            logger.with(requestID: invocation.requestID, traceID: invocation.traceID)
                .error("response was not delivered", ["stage": .string(error.code.rawValue)])
            return
        }
        if status == 500 {
            throw RuntimeAPIClient.Fatal(message: "runtime api failed", status: 500)
        }
        if status != 202 {
            logger.with(requestID: invocation.requestID, traceID: invocation.traceID)
                .error("runtime api refused the response", ["status": JSONValue(status)])
        }
    }

    private func report(_ request: RuntimeAPIRequest, requestID: String?) {
        let logger = logger.with(requestID: requestID, traceID: nil)
        do throws(HTTPClientError) {
            let status = try client.send(request)
            if status != 202 {
                logger.error(
                    "runtime api refused the error", ["status": JSONValue(status)])
            }
        } catch {
            logger.error("error was not delivered", ["stage": .string(error.code.rawValue)])
        }
    }

    private func log(_ fatal: RuntimeAPIClient.Fatal) {
        if let status = fatal.status {
            logger.error(fatal.message, ["status": JSONValue(status)])
        } else {
            logger.error(fatal.message, ["stage": .string(fatal.stage?.rawValue ?? "")])
        }
    }

    /// Where AWS's tracing libraries look; set between invocations, when only the loop runs. With
    /// several loops there is no such moment, and the variable stays as it is.
    private func setTrace(_ traceID: String?, after last: inout String?) {
        guard traceID != last else { return }
        if let traceID {
            setenv("_X_AMZN_TRACE_ID", traceID, 1)
        } else {
            unsetenv("_X_AMZN_TRACE_ID")
        }
        last = traceID
    }
}

extension JSONValue {
    fileprivate init(_ status: Int) {
        self = .number(JSONNumber(Int64(status)))
    }
}
