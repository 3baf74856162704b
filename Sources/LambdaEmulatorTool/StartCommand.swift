import LambdaEmulator

/// Serves until it is told to stop.
struct StartCommand: Subcommand {
    static let name = "start"
    static let synopsis = "start [options]"
    static let summary = "serve all functions"
    static let help = """
        Usage: lambda-emulator start [options]

        \(StartOptions.help())

        Serves the template's HTTP routes, the part of the AWS Lambda API that calls functions
        (any AWS SDK or the AWS CLI, with this as endpoint), and a page that shows all of it at
        /_emulator/.
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
            guard try options.read(word, &words) else {
                throw ArgumentError(line: "\(word): not an option of start; see --help")
            }
        }
        self.init(options)
    }

    /// The process's exit status.
    func run() -> Int32 {
        // Blocked before any thread starts, so that only the wait below takes them.
        let signals = TerminationSignals()
        do {
            let server = EmulatorServer(try options.configuration())
            try server.start()
            Console.print("listening on http://127.0.0.1:\(server.port)")
            _ = signals.wait()
            server.stop()
            return 0
        } catch {
            return Console.complain(of: error)
        }
    }
}
