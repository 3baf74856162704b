import Glibc
import HTTPClient
import LambdaEmulator
import StrictJSON

extension InvocationsCommand {
    /// 0 when the function answers as it did before.
    func replay(_ recorded: RecordedInvocation) throws(EmulatorClient.Failure) -> Int32 {
        let answer: LambdaClient.Answer
        let event = try changed(recorded.event)
        do throws(HTTPClientError) {
            answer = try LambdaClient(url: options.url).invoke(
                LambdaClient.Call(function: recorded.function, event: event))
        } catch {
            throw EmulatorClient.Failure(options.url, error)
        }
        if let logTail = answer.logTail { printLog(logTail) }
        print((PrettyJSON.text(answer.payload).map { Array($0.utf8) } ?? answer.payload) + [0x0A])
        guard answer.status == 200 else {
            throw failure("the emulator answered \(answer.status)")
        }
        return compare(answer, with: recorded)
    }

    private func changed(_ event: [UInt8]) throws(EmulatorClient.Failure) -> [UInt8] {
        guard !options.settings.isEmpty else { return event }
        let limits = JSONLimits(bytesMax: event.count, depthMax: JSONLimits.depthCeiling)
        guard var value = try? StrictJSON.parse(event, limits: limits) else {
            throw failure("--set: the event is not JSON with each name once")
        }
        for setting in options.settings where !setting.apply(to: &value) {
            throw failure("--set: \(setting.pointer): the event has nothing to put it into")
        }
        return value.serialized()
    }

    private func compare(
        _ answer: LambdaClient.Answer, with recorded: RecordedInvocation
    ) -> Int32 {
        let hasFailed = recorded.result.failure != nil
        if answer.isFailure != hasFailed {
            let words = answer.isFailure ? "failed, and did not before" : "did not fail as before"
            printLog(Array("the function \(words)\n".utf8))
        }
        guard recorded.isAnswerComplete else {
            printLog(Array("the recorded answer was not kept whole: not compared\n".utf8))
            return answer.isFailure == hasFailed ? 0 : 1
        }
        // What tells of a failure has the id in it, which is another one each time.
        let old = text(recorded.result.payload).replacing(
            recorded.id, with: answer.requestID ?? recorded.id)
        let difference = UnifiedDiff(
            old, text(answer.payload),
            oldName: "recorded \(recorded.acceptedAt)", newName: "now")
        guard !difference.text.isEmpty else {
            if answer.isFailure == hasFailed {
                printLog(Array("the answer is the same as the recorded one\n".utf8))
            }
            return answer.isFailure == hasFailed ? 0 : 1
        }
        printLog(Array("the answer differs from the recorded one:\n".utf8))
        print(Array(difference.text.utf8))
        return 1
    }

    private func text(_ payload: [UInt8]) -> String {
        PrettyJSON.text(payload) ?? String(decoding: payload, as: UTF8.self)
    }

    /// Keeps the event as a new file, as those in `events/` are.
    func save(_ recorded: RecordedInvocation, _ file: String) throws(EmulatorClient.Failure) {
        let text = PrettyJSON.text(recorded.event).map { Array(($0 + "\n").utf8) }
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw failure("\(file): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        guard Console.write(text ?? recorded.event, to: descriptor) else {
            throw failure("\(file): cannot be written: \(String(cString: strerror(errno)))")
        }
        for name in secretFields(of: recorded.event) {
            Console.complain("\(file): headers/\(name) is in it as it was sent")
        }
    }

    /// What nobody means to keep in a file that others read.
    private func secretFields(of event: [UInt8]) -> [String] {
        let secret: Set = ["authorization", "cookie", "x-api-key"]
        let limits = JSONLimits(bytesMax: event.count, depthMax: JSONLimits.depthCeiling)
        let value = try? StrictJSON.parse(event, limits: limits)
        let names = value?["headers"]?.object?.map(\.name) ?? []
        return names.filter { secret.contains($0.lowercased()) }
    }
}
