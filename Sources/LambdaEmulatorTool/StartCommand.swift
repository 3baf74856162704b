import Glibc
import LambdaEmulator

/// Serves until it is told to stop.
struct StartCommand {
    let options: StartOptions

    init(_ options: StartOptions) { self.options = options }

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
