import FileInput
import Glibc
import HTTPClient
import LambdaEmulator
import StrictJSON
import TextEncoding

/// Runs one function once: in a running emulator, or by itself.
struct InvokeCommand {
    private static let eventBytesMax = 6 * 1024 * 1024
    private static let answerBytesMax = 8 * 1024 * 1024

    let options: InvokeOptions
    /// Takes the function's answer.
    var print: @Sendable ([UInt8]) -> Void = Console.write
    /// Takes the function's log.
    var printLog: @Sendable ([UInt8]) -> Void = Console.writeLog

    init(_ options: InvokeOptions) { self.options = options }

    /// The process's exit status.
    func run() async -> Int32 {
        do throws(ArgumentError) {
            let event = try event()
            if let url = options.url { return call(url, event) }
            return await runAlone(event)
        } catch {
            Console.complain(error.line)
            return 2
        }
    }

    /// The event as it is given; written anew only when something is put into it.
    func event() throws(ArgumentError) -> [UInt8] {
        guard let bytes = InputFile.read(options.event, bytesMax: Self.eventBytesMax) else {
            throw ArgumentError(line: "--event: a readable file of at most 6 MB was expected")
        }
        var event: JSONValue
        do {
            event = try StrictJSON.parse(
                bytes, limits: JSONLimits(bytesMax: Self.eventBytesMax, depthMax: 512))
        } catch {
            throw ArgumentError(
                line: "--event: not JSON: \(error.code.rawValue) at byte \(error.offset)")
        }
        guard !options.settings.isEmpty else { return bytes }
        for setting in options.settings where !setting.apply(to: &event) {
            throw ArgumentError(
                line: "--set: \(setting.pointer): the event has nothing to put it into")
        }
        return event.serialized()
    }

    /// Calls a running emulator; the process's exit status.
    func call(_ url: String, _ event: [UInt8]) -> Int32 {
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        do throws(HTTPClientError) {
            let connection = try HTTPConnection(
                limits: HTTPLimits(
                    deadlineMs: nil, connectMs: 5_000, responseBytesMax: Self.answerBytesMax,
                    truncateInsteadOfFail: false),
                policy: .unrestricted, userAgent: "lambda-emulator")
            let response = try connection.send(
                HTTPRequest(
                    method: "POST",
                    url: "\(base)/2015-03-31/functions/\(options.function)/invocations",
                    fields: [
                        HTTPField("Content-Type", "application/json"),
                        HTTPField("X-Amz-Log-Type", "Tail"),
                    ], body: event))
            if let tail = response.field("X-Amz-Log-Result").flatMap(Base64.decode) {
                printLog(tail)
            }
            print(response.body + [0x0A])
            guard response.status == 200 else {
                Console.complain("the emulator answered \(response.status)")
                return response.status == 404 ? 2 : 1
            }
            return response.field("X-Amz-Function-Error") == nil ? 0 : 1
        } catch {
            Console.complain("\(url): cannot be called: \(error.code.rawValue)")
            return error.code == .invalidURL ? 2 : 1
        }
    }

    private func runAlone(_ event: [UInt8]) async -> Int32 {
        do {
            var template = try TemplateReader.read(
                path: options.template, parameters: options.parameters)
            guard let function = template.function(named: options.function) else {
                let names = template.functions.map(\.name).joined(separator: ", ")
                Console.complain("\(options.function): not one of the functions: \(names)")
                return 2
            }
            template = Template(functions: [function])
            let server = EmulatorServer(EmulatorConfiguration(template: template))
            try server.start()
            let result = try await server.invoke(function: function.name, payload: event)
            server.stop()
            print(result.payload + [0x0A])
            return result.failure == nil ? 0 : 1
        } catch let error as TemplateError {
            Console.complain(error.description)
            return 2
        } catch {
            Console.complain("\(error)")
            return 1
        }
    }
}
