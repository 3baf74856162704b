import FileInput
import Glibc
import HTTPClient
import LambdaEmulator
import StrictJSON

/// What `invoke` calls.
struct InvokeOptions: Equatable {
    var function = ""
    /// A file, or `-` for standard input.
    var event = ""
    /// What is put into the event, in this order.
    var settings: [EventSetting] = []
    /// A running emulator; nil starts the function alone.
    var url: String?
    var template = "infra/template.yaml"
    var dataDirectory = ".data"
    var parameters: [String: String] = [:]
}

/// Runs one function once: in a running emulator, or by itself.
struct InvokeCommand: Subcommand {
    static let name = "invoke"
    static let synopsis = "invoke FUNCTION --event FILE|- [options]"
    static let summary = "run one function once"
    static let help = """
        Usage: lambda-emulator invoke FUNCTION --event FILE|- [options]

          --event FILE            the event, JSON; - reads standard input
          --set POINTER=TEXT      put a text into the event, such as
                                  --set /headers/authorization="Bearer $TOKEN"; repeatable
          --url URL               call a running emulator, such as http://127.0.0.1:3000
          --template FILE         without --url: the SAM template (infra/template.yaml)
          --parameter Name=Value  without --url: a parameter of the template; once for each
          --data-dir DIR          without --url: accepted as in start; no stream is run

        Prints the function's answer on standard output and its log on standard error. Exits 1
        when the function failed, 2 when the arguments or the template cannot be understood.
        """

    private static let eventBytesMax = 6 * 1024 * 1024

    let options: InvokeOptions
    /// Takes the function's answer.
    var print: @Sendable ([UInt8]) -> Void = Console.write
    /// Takes the function's log.
    var printLog: @Sendable ([UInt8]) -> Void = Console.writeLog

    init(_ options: InvokeOptions) { self.options = options }

    init(_ words: inout ArgumentReader) throws(ArgumentError) {
        var options = InvokeOptions()
        while let word = words.next() {
            switch word {
            case "--event": options.event = try words.value(of: word)
            case "--set": options.settings.append(try words.setting())
            case "--url": options.url = try words.value(of: word)
            case "--template": options.template = try words.value(of: word)
            case "--data-dir": options.dataDirectory = try words.value(of: word)
            case "--parameter": try words.parameter(into: &options.parameters)
            case _ where word.hasPrefix("--"):
                throw ArgumentError(line: "\(word): not an option of invoke; see --help")
            case _ where options.function.isEmpty: options.function = word
            default: throw ArgumentError(line: "\(word): one function was expected")
            }
        }
        guard !options.function.isEmpty else {
            throw ArgumentError(line: "invoke: a function's name was expected; see --help")
        }
        guard !options.event.isEmpty else {
            throw ArgumentError(line: "invoke: --event FILE or --event - was expected")
        }
        self.init(options)
    }

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
        do throws(HTTPClientError) {
            let answer = try LambdaClient(url: url).invoke(options.function, event)
            if let logTail = answer.logTail { printLog(logTail) }
            print(answer.payload + [0x0A])
            guard answer.status == 200 else {
                Console.complain("the emulator answered \(answer.status)")
                return answer.status == 404 ? 2 : 1
            }
            return answer.isFailure ? 1 : 0
        } catch {
            Console.complain("\(url): cannot be called: \(error.code.rawValue)")
            return error.code == .invalidURL ? 2 : 1
        }
    }

    private func runAlone(_ event: [UInt8]) async -> Int32 {
        do {
            var template = try TemplateReader.read(
                path: options.template, parameters: options.parameters, only: options.function)
            guard let function = template.function(named: options.function) else { return 2 }
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
