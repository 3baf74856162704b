import FileInput
import Glibc
import HTTPClient
import LambdaEmulator
import StrictJSON

/// What `invoke` calls.
struct InvokeOptions: Equatable {
    /// How much of the log is shown.
    enum Log: String {
        case none, tail, all
    }

    var call = LambdaClient.Call()
    /// A file, or `-` for standard input.
    var event = ""
    /// What is put into the event, in this order.
    var settings: [EventSetting] = []
    /// A running emulator; nil starts the function alone.
    var url: String?
    /// True when a template says what to start, whatever emulator may run.
    var isAlone = false
    var log = Log.tail
    var template = UsualTemplate.path
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
                                  ($EMULATOR_URL, unless --template is given)
          --stream                print the answer while it is made
          --async                 with --url: only have the event accepted; prints its id
          --log none|tail|all     with --url: no log, its last 4 KB, or all of it (tail)
          --client-context JSON   what the function gets as its client context
          --trace-id TEXT         the trace header, Root=...;Parent=...;Sampled=...
          --template FILE         without --url: the SAM template (template.yaml, or
                                  infra/template.yaml)
          --parameter Name=Value  without --url: a parameter of the template; once for each
          --data-dir DIR          without --url: accepted as in start; no stream is run

        Without --url the function is started for this one call. Prints its answer on standard
        output and its log on standard error. Exits 1 when the function failed, 2 when the
        arguments or the template cannot be understood.
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
            case "--stream": options.call.isStreamed = true
            case "--async": options.call.isAsynchronous = true
            case "--log": options.log = try Self.log(try words.value(of: word))
            case "--client-context": options.call.clientContext = try words.value(of: word)
            case "--trace-id": options.call.traceID = try words.value(of: word)
            case "--template":
                options.template = try words.value(of: word)
                options.isAlone = true
            case "--data-dir": options.dataDirectory = try words.value(of: word)
            case "--parameter": try words.parameter(into: &options.parameters)
            case _ where word.hasPrefix("--"):
                throw ArgumentError(line: "\(word): not an option of invoke; see --help")
            case _ where options.call.function.isEmpty: options.call.function = word
            default: throw ArgumentError(line: "\(word): one function was expected")
            }
        }
        if options.url == nil, !options.isAlone { options.url = EmulatorClient.givenURL }
        try Self.check(options)
        self.init(options)
    }

    private static func log(_ text: String) throws(ArgumentError) -> InvokeOptions.Log {
        guard let log = InvokeOptions.Log(rawValue: text) else {
            throw ArgumentError(line: "--log: none, tail or all was expected")
        }
        return log
    }

    private static func check(_ options: InvokeOptions) throws(ArgumentError) {
        guard !options.call.function.isEmpty else {
            throw ArgumentError(line: "invoke: a function's name was expected; see --help")
        }
        guard !options.event.isEmpty else {
            throw ArgumentError(line: "invoke: --event FILE or --event - was expected")
        }
        guard !options.call.isAsynchronous || options.url != nil else {
            throw ArgumentError(line: "--async: --url and a running emulator was expected")
        }
        guard !options.call.isAsynchronous || !options.call.isStreamed else {
            throw ArgumentError(line: "--stream: an answer was expected, which --async has not")
        }
    }

    /// The process's exit status.
    func run() -> Int32 {
        do throws(ArgumentError) {
            let event = try event()
            if let url = options.url { return call(url, event, log: options.log) }
            return runAlone(event)
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
    func call(_ url: String, _ event: [UInt8], log: InvokeOptions.Log) -> Int32 {
        var call = options.call
        call.event = event
        call.wantsLogTail = log == .tail
        do throws(HTTPClientError) {
            let answer = try LambdaClient(url: url).invoke(call, take: print)
            if let logTail = answer.logTail { printLog(logTail) }
            if log == .all, let requestID = answer.requestID { printWholeLog(url, requestID) }
            return show(answer)
        } catch {
            let failure = EmulatorClient.Failure(url, error)
            Console.complain(failure.line)
            return failure.status
        }
    }

    private func show(_ answer: LambdaClient.Answer) -> Int32 {
        if options.call.isAsynchronous, answer.status == 202, let requestID = answer.requestID {
            print(Array("\(requestID)\n".utf8))
            return 0
        }
        print(answer.payload + [0x0A])
        guard answer.status == 200 else {
            Console.complain("the emulator answered \(answer.status)")
            return answer.status == 404 ? 2 : 1
        }
        return answer.isFailure ? 1 : 0
    }

    /// The log of an invocation as it was recorded.
    private func printWholeLog(_ url: String, _ requestID: String) {
        let path = "invocations/\(URLText.query(requestID))"
        let recorded = try? EmulatorClient(url: url).call("GET", path)
        if let log = recorded?["log"]?.string { printLog(Array(log.utf8)) }
    }

    /// In an emulator of its own, which shows the log as it comes.
    private func runAlone(_ event: [UInt8]) -> Int32 {
        do {
            var template = try TemplateReader.read(
                path: options.template, parameters: options.parameters,
                only: options.call.function)
            guard let function = template.function(named: options.call.function) else { return 2 }
            template = Template(functions: [function])
            let server = EmulatorServer(EmulatorConfiguration(template: template))
            try server.start()
            defer { server.stop() }
            return call(server.url, event, log: .none)
        } catch {
            return Console.complain(of: error)
        }
    }
}
