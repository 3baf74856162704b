internal import Glibc

/// Starts a function's `bootstrap` as a process of its own.
struct ProcessSpawner: InstanceSpawner {
    let loop: EventLoop
    let region: String
    /// The emulator's own port, once it is known.
    let endpointPort: @Sendable () -> UInt16
    /// SWIFT_BACKTRACE, unless a template sets it.
    let backtrace: String?

    init(loop: EventLoop, region: String, endpointPort: @escaping @Sendable () -> UInt16 = { 0 }) {
        self.loop = loop
        self.region = region
        self.endpointPort = endpointPort
        backtrace = SwiftBacktracer.setting(path: getenv("PATH").map { String(cString: $0) } ?? "")
    }

    func start(_ launch: InstanceLaunch) throws(InstanceLaunchError) -> any InstanceProcess {
        let environment = FunctionEnvironment(
            definition: launch.definition, runtimeAPI: launch.runtimeAPI,
            logStream: launch.logStream, region: region, backtrace: backtrace,
            endpointPort: endpointPort())
        let program = launch.extensionPath ?? launch.definition.bootstrapPath
        let directory = directory(of: launch)
        do throws(Program.StartError) {
            return try SpawnedProcess.start(
                Program(
                    path: program,
                    environment: launch.extensionPath == nil
                        ? environment.make() : environment.makeForExtensions(),
                    directory: directory, isStopped: launch.isStopped, output: launch.output,
                    exited: launch.exited), on: loop)
        } catch {
            switch error {
            case .notExecutable(let error):
                throw InstanceLaunchError(
                    errorType: "Runtime.InvalidEntrypoint",
                    message: "\(program): \(error.reason)" + Self.advice(program),
                    code: error.code)
            case .noDirectory(let error):
                throw InstanceLaunchError(
                    errorType: "Runtime.InvalidWorkingDir",
                    message: "\(directory): \(error.reason)", code: error.code)
            case .system(let error):
                throw InstanceLaunchError(
                    errorType: "Sandbox.Failure", message: "\(error.call): \(error.reason)",
                    code: error.code)
            }
        }
    }

    /// An extension runs in its layer's folder, which stands for `/opt`.
    private func directory(of launch: InstanceLaunch) -> String {
        guard let path = launch.extensionPath else { return launch.definition.codeDirectory }
        return FileContent.directory(of: FileContent.directory(of: path))
    }

    /// What helps a file that is there and does not start.
    private static func advice(_ program: String) -> String {
        if access(program, F_OK) != 0 { return "" }
        if access(program, X_OK) != 0 { return " (chmod +x makes it a program)" }
        return " (a program for this machine was expected, or a first line such as #!/bin/sh "
            + "with an interpreter that is there)"
    }
}
