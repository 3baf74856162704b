import HTTPClient
import StrictJSON

/// Posts what came of invocations, and judges the platform's answers.
///
/// A refused answer (400 unknown id, 403 wrong state, 410 too late, 413 too large) is the
/// platform's to tell the caller: it is logged and the function goes on. 500 means that the
/// container is broken.
struct Delivery {
    let client: RuntimeAPIClient
    let logger: LambdaLogger

    /// Posts a whole answer.
    func respond(
        _ payload: [UInt8], to invocation: Invocation
    ) throws(RuntimeAPIClient.Fatal) {
        let status: Int
        do throws(HTTPClientError) {
            status = try client.send(
                .response(requestID: invocation.requestID, payload: payload))
        } catch {
            return tell(error, of: invocation)
        }
        try judge(status, of: invocation)
    }

    /// Sees to the end of a streamed answer.
    func conclude(
        _ end: ResponseStream.End, of invocation: Invocation
    ) throws(RuntimeAPIClient.Fatal) {
        switch end {
        case .unsent(let failure): report(failure, of: invocation)
        case .answered(let status): try judge(status, of: invocation)
        case .lost(let error): tell(error, of: invocation)
        }
    }

    /// Posts an error of an invocation, or without one of the init phase.
    func report(_ failure: ErrorReport, of invocation: Invocation? = nil) {
        let request = invocation.map {
            RuntimeAPIRequest.error(requestID: $0.requestID, failure)
        }
        let logger = logger(invocation)
        do throws(HTTPClientError) {
            let status = try client.send(request ?? .initError(failure))
            if status != 202 {
                logger.error("runtime api refused the error", ["status": JSONValue(status)])
            }
        } catch {
            logger.error("error was not delivered", ["stage": .string(error.code.rawValue)])
        }
    }

    private func judge(
        _ status: Int, of invocation: Invocation
    ) throws(RuntimeAPIClient.Fatal) {
        if status == 202 { return }
        if status == 500 {
            throw RuntimeAPIClient.Fatal(message: "runtime api failed", status: 500)
        }
        logger(invocation).error(
            "runtime api refused the response", ["status": JSONValue(status)])
    }

    private func tell(_ error: HTTPClientError, of invocation: Invocation) {
        logger(invocation).error(
            "response was not delivered", ["stage": .string(error.code.rawValue)])
    }

    private func logger(_ invocation: Invocation?) -> LambdaLogger {
        guard let invocation else { return logger }
        return logger.with(requestID: invocation.requestID, traceID: invocation.traceID)
    }
}

extension JSONValue {
    /// An HTTP status.
    init(_ status: Int) {
        self = .number(JSONNumber(Int64(status)))
    }
}
