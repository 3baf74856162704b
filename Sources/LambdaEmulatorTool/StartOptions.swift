import LambdaEmulator

/// How an emulator is started.
struct StartOptions: Equatable {
    var template = UsualTemplate.path
    var port = 3_000
    var dataDirectory = ".data"
    var parameters: [String: String] = [:]
    var runsEvents = true
    var recordBytesMax = 256 * 1024 * 1024
    var instances = InstanceOptions.initial
    var reload = ReloadOptions()

    /// - Parameters:
    ///   - port: The usual one, and likewise the others.
    static func help(port: String = "3000", dataDirectory: String = ".data") -> String {
        """
          --template FILE         the SAM template (\(UsualTemplate.help))
          --port N                the port on 127.0.0.1; 0 picks a free one (\(port))
          --data-dir DIR          where what waits is kept (asynchronous events, messages of queues,
                                  bookmarks of table streams) and the recorded invocations
                                  (\(dataDirectory))
          --parameter Name=Value  a parameter of the template; once for each
          --no-events             let no schedule, queue or table stream call a function
          --record-bytes-max N    how large the recorded invocations may grow, such as 64M; the
                                  oldest are deleted, 0 records none (256M)
        \(InstanceOptions.help)
        \(ReloadOptions.help)
        """
    }

    /// Reads an option; false when it is none of these.
    mutating func read(
        _ option: String, _ words: inout ArgumentReader
    ) throws(ArgumentError) -> Bool {
        switch option {
        case "--template": template = try words.value(of: option)
        case "--port": port = try words.port(of: option)
        case "--data-dir": dataDirectory = try words.value(of: option)
        case "--parameter": try words.parameter(into: &parameters)
        case "--no-events": runsEvents = false
        case "--record-bytes-max": recordBytesMax = try words.recordBytes()
        case _ where try reload.read(option, &words): break
        default: return try InstanceOptions.read(option, &words, into: &instances)
        }
        return true
    }

    /// Reads the template, and says what it asks for in vain.
    ///
    /// - Throws: A `TemplateError`, or an `ArgumentError`.
    func configuration() throws -> EmulatorConfiguration {
        let template = try TemplateReader.read(path: template, parameters: parameters)
        for warning in template.warnings { Console.complain("warning: \(warning)") }
        try checkDebugged(template.functions)
        var configuration = EmulatorConfiguration(
            template: template, port: port, dataDirectory: dataDirectory)
        configuration.runsEvents = runsEvents
        configuration.recordBytesMax = recordBytesMax
        configuration.instances = instances
        configuration.reloadsCode = reload.reloads
        configuration.build = try reload.build(template: self.template)
        return configuration
    }

    private func checkDebugged(_ functions: [FunctionDefinition]) throws(ArgumentError) {
        guard let name = instances.debuggedFunction else { return }
        if functions.contains(where: { $0.name == name || $0.logicalID == name }) { return }
        let names = functions.map(\.name).joined(separator: ", ")
        throw ArgumentError(line: "--debug: one of the functions was expected: \(names)")
    }
}
