internal import StrictJSON

/// The JSON that stands in for an answer when the platform, not the function, names the error.
enum FailurePayload {
    static func make(type: String, message: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("errorType", type)
        writer.member("errorMessage", message)
        writer.endObject()
        return writer.bytes
    }

    static func timeout(_ requestID: String, ms: Int) -> [UInt8] {
        make(
            type: "Sandbox.Timedout",
            message:
                "RequestId: \(requestID) Error: Task timed out after \(seconds(ms: ms)) seconds")
    }

    /// Milliseconds as seconds with two decimals: `1.23`.
    static func seconds(ms: Int) -> String {
        var seconds = LineBuilder()
        seconds.milliseconds(fromNs: Int64(ms) * 1_000)
        return String(decoding: seconds.bytes, as: UTF8.self)
    }

    static func exit(_ requestID: String, _ exit: ProcessExit) -> [UInt8] {
        let what = exit.reason.map { "Runtime exited with error: \($0)" }
        return make(
            type: "Runtime.ExitError",
            message: "RequestId: \(requestID) Error: "
                + (what ?? "Runtime exited without providing a reason"))
    }

    static func tooLarge(bytesMax: Int) -> [UInt8] {
        make(
            type: InvocationFailure.tooLarge.errorType,
            message: "Response payload size exceeded maximum allowed payload size "
                + "(\(bytesMax) bytes).")
    }
}

extension InvocationFailure {
    static let tooLarge = InvocationFailure(
        kind: .function, errorType: "Function.ResponseSizeTooLarge")
}
