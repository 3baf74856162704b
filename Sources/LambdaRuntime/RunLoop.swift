import Glibc
import HTTPClient
import StrictJSON

/// Event after event over one connection, all in one task.
struct RunLoop {
    /// Why a loop has ended.
    enum End: Sendable, Equatable {
        /// The process is to end, with this code.
        case exit(Int32)
        /// An invocation ran into its deadline. A cancelled task stays cancelled, so the events to
        /// come need another one.
        case cancelled
    }

    let client: RuntimeAPIClient
    let function: Function
    let termination: Termination
    let logger: LambdaLogger
    let timer: DeadlineTimer
    /// Whether no other loop runs in the process.
    let isAlone: Bool

    private var delivery: Delivery { Delivery(client: client, logger: logger) }

    /// Serves until the platform ends the process or the task is cancelled.
    func serve() async -> End {
        var traceID: String?
        let watch = InvocationWatch(timer)
        defer { watch?.end() }
        do throws(RuntimeAPIClient.Fatal) {
            while !termination.isRaised {
                let invocation = try client.next()
                if isAlone { setTrace(invocation.traceID, after: &traceID) }
                if try await handle(invocation, watch) { return .cancelled }
            }
            return .exit(0)
        } catch {
            guard termination.raise() else { return .exit(0) }
            log(error)
            return .exit(1)
        }
    }

    /// Handles one event; true when its deadline has cancelled the task.
    private func handle(
        _ invocation: Invocation, _ watch: InvocationWatch?
    ) async throws(RuntimeAPIClient.Fatal) -> Bool {
        let context = LambdaContext(invocation, logger: logger)
        watch?.arm(deadlineMs: invocation.deadlineMs)
        switch function.answering {
        case .buffered(let answer):
            let outcome: Result<[UInt8], any Error>
            do {
                outcome = .success(try await answer(invocation.payload, context))
            } catch {
                outcome = .failure(error)
            }
            let isCancelled = watch?.disarm() ?? false
            switch outcome {
            case .success(let payload): try delivery.respond(payload, to: invocation)
            case .failure(let error):
                delivery.report(report(error, isCancelled, context), of: invocation)
            }
            return isCancelled
        case .streaming(let answer):
            let writer = LambdaResponseWriter(client.stream(requestID: invocation.requestID))
            var failure: (any Error)?
            do {
                try await answer(invocation.payload, writer, context)
            } catch {
                failure = error
            }
            let isCancelled = watch?.disarm() ?? false
            let end = writer.end(failure.map { report($0, isCancelled, context) })
            try delivery.conclude(end, of: invocation)
            return isCancelled
        }
    }

    /// Logs an error of the handler, and makes of it what is told to the caller.
    private func report(
        _ error: any Error, _ isCancelled: Bool, _ context: LambdaContext
    ) -> ErrorReport {
        let report = ErrorReport(
            isCancelled && error is CancellationError ? LambdaDeadlineError() : error)
        context.logger.error("invocation failed", ["error": .string(report.message)])
        return report
    }

    private func log(_ fatal: RuntimeAPIClient.Fatal) {
        if let status = fatal.status {
            logger.fatal(fatal.message, ["status": JSONValue(status)])
        } else {
            logger.fatal(fatal.message, ["stage": .string(fatal.stage?.rawValue ?? "")])
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
