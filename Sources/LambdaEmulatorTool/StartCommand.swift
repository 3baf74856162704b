import Glibc
import LambdaEmulator

/// What `start` runs.
struct StartOptions: Equatable {
    var template = "infra/template.yaml"
    var port = 3_000
    var dataDirectory = ".data"
    var parameters: [String: String] = [:]
    var runsEvents = true
    var recordBytesMax = 256 * 1024 * 1024
    var instances = InstanceOptions.initial
}

/// Serves until it is told to stop.
struct StartCommand: Subcommand {
    static let name = "start"
    static let synopsis = "start [options]"
    static let summary = "serve all functions"
    static let help = """
        Usage: lambda-emulator start [options]

          --template FILE         the SAM template (infra/template.yaml)
          --port N                the port on 127.0.0.1; 0 picks a free one (3000)
          --data-dir DIR          where what waits is kept (asynchronous events, messages of queues,
                                  bookmarks of table streams) and the recorded invocations (.data)
          --parameter Name=Value  a parameter of the template; once for each
          --no-events             run no schedules and no table streams
          --record-bytes-max N    how large the recorded invocations may grow, such as 64M; the
                                  oldest are deleted, 0 records none (256M)
        \(InstanceOptions.help)

        Serves the template's HTTP routes, the part of the AWS Lambda API that calls functions
        (any AWS SDK or the AWS CLI, with this as endpoint), and /_emulator/health.
        Prints "listening on http://127.0.0.1:N" when it is ready; logs go to standard error. An
        Event invocation is answered once it is on the disk and outlives the emulator; see
        lambda-emulator events --help. SIGTERM and SIGINT let running invocations finish, end all
        processes and exit 0.

        A function's binary is <CodeUri>/bootstrap.
        """

    let options: StartOptions

    init(_ options: StartOptions) { self.options = options }

    init(_ words: inout ArgumentReader) throws(ArgumentError) {
        var options = StartOptions()
        while let word = words.next() {
            switch word {
            case "--template": options.template = try words.value(of: word)
            case "--port": options.port = try words.port(of: word)
            case "--data-dir": options.dataDirectory = try words.value(of: word)
            case "--parameter": try words.parameter(into: &options.parameters)
            case "--no-events": options.runsEvents = false
            case "--record-bytes-max": options.recordBytesMax = try words.recordBytes()
            case _ where try InstanceOptions.read(word, &words, into: &options.instances): break
            default: throw ArgumentError(line: "\(word): not an option of start; see --help")
            }
        }
        self.init(options)
    }

    /// The process's exit status.
    func run() -> Int32 {
        // Blocked before any thread starts, so that only sigwait below takes them.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        do {
            let template = try TemplateReader.read(
                path: options.template, parameters: options.parameters)
            for warning in template.warnings { Console.complain("warning: \(warning)") }
            var configuration = EmulatorConfiguration(
                template: template, port: options.port, dataDirectory: options.dataDirectory)
            configuration.runsEvents = options.runsEvents
            configuration.recordBytesMax = options.recordBytesMax
            configuration.instances = options.instances
            let server = EmulatorServer(configuration)
            try server.start()
            Console.print("listening on http://127.0.0.1:\(server.port)")
            var received: Int32 = 0
            sigwait(&signals, &received)
            server.stop()
            return 0
        } catch let error as TemplateError {
            Console.complain(error.description)
            return 2
        } catch {
            Console.complain("\(error)")
            return 1
        }
    }
}
