import Glibc
import LambdaEmulator

/// Runs a command, such as a test, beside an emulator of its own.
struct ExecCommand: Subcommand {
    static let name = "exec"
    static let synopsis = "exec [options] -- COMMAND ..."
    static let summary = "run a command beside an emulator"
    static let help = """
        Usage: lambda-emulator exec [options] -- COMMAND [ARGUMENT ...]

          --quiet                 do not show the emulator's log
        \(StartOptions.help(port: "0", dataDirectory: "a new one, removed at the end"))

        Starts an emulator as start does, runs the command, stops the emulator and exits with the
        command's status. The command finds in its environment:

          EMULATOR_URL, EMULATOR_DATA_DIR
                                  the emulator and its data: what lambda-emulator's other commands
                                  use unless they are told otherwise
          AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL_SQS
                                  the same, for AWS SDKs and the AWS CLI
          AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_DEFAULT_REGION
                                  "local" and us-east-1, where they are not set

        Exits 127 when there is no such command, 126 when it cannot be run.
        """

    let options: StartOptions
    let isQuiet: Bool
    let command: [String]

    init(_ words: inout ArgumentReader) throws(ArgumentError) {
        var options = StartOptions()
        options.port = 0
        options.dataDirectory = ""
        var isQuiet = false
        var command: [String] = []
        while let word = words.next() {
            if word == "--" {
                command = words.rest()
            } else if word == "--quiet" {
                isQuiet = true
            } else if try !options.read(word, &words) {
                throw ArgumentError(
                    line: word.hasPrefix("-")
                        ? "\(word): not an option of exec; see --help"
                        : "\(word): -- was expected before the command")
            }
        }
        guard !command.isEmpty else {
            throw ArgumentError(line: "exec: -- and a command was expected; see --help")
        }
        self.options = options
        self.isQuiet = isQuiet
        self.command = command
    }

    func run() -> Int32 {
        let signals = TerminationSignals()
        do {
            var configuration = try options.configuration()
            let ownFolder = options.dataDirectory.isEmpty ? try TemporaryDirectory() : nil
            defer { ownFolder?.remove() }
            if let ownFolder { configuration.dataDirectory = ownFolder.path }
            if isQuiet { configuration.logDescriptor = nil }
            let server = EmulatorServer(configuration)
            try server.start()
            defer { server.stop() }
            return run(beside: server, configuration.dataDirectory ?? "", signals)
        } catch {
            return Console.complain(of: error)
        }
    }

    private func run(
        beside server: EmulatorServer, _ dataDirectory: String, _ signals: TerminationSignals
    ) -> Int32 {
        let child: ChildProcess
        do throws(ChildProcess.Failure) {
            child = try ChildProcess(
                command, environment: Self.environment(server.url, dataDirectory))
        } catch {
            Console.complain("\(command[0]): \(error.reason)")
            return error.status
        }
        // Ends with this program; what the terminal sends, the command gets by itself.
        let relay = try? EmulatorThread {
            while true {
                let signal = signals.wait()
                if !signal.isFromTerminal { child.signal(signal.number) }
            }
        }
        defer { withExtendedLifetime(relay) {} }
        return child.wait()
    }

    private static func environment(_ url: String, _ dataDirectory: String) -> [String: String] {
        var environment = [
            "EMULATOR_URL": url, "EMULATOR_DATA_DIR": dataDirectory, "AWS_ENDPOINT_URL_LAMBDA": url,
            "AWS_ENDPOINT_URL_SQS": url,
        ]
        let defaults = [
            "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
        ]
        for (name, value) in defaults where getenv(name) == nil { environment[name] = value }
        return environment
    }
}
