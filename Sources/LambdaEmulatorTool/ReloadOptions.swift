import LambdaEmulator

/// The options of `start` that say how new code gets in.
struct ReloadOptions: Equatable {
    static let help = """
          --watch [PATH...]       build at the start, and when something below the paths changes:
                                  all functions at once, one build at a time (the template's
                                  package)
          --build COMMAND         what builds, for /bin/sh (the package's scripts/build, or
                                  swift build -c release); implies --watch
          --no-reload             keep running old code when a function's folder changes
        """

    var reloads = true
    /// Nil does not build; none builds when the template's package changes.
    var watched: [String]?
    var command: String?

    /// Reads an option; false when it is none of these.
    mutating func read(
        _ option: String, _ words: inout ArgumentReader
    ) throws(ArgumentError) -> Bool {
        switch option {
        case "--no-reload": reloads = false
        case "--watch":
            var paths: [String] = []
            while let path = words.nextOperand() { paths.append(path) }
            watched = (watched ?? []) + paths
        case "--build": command = try words.value(of: option)
        default: return false
        }
        return true
    }

    /// What builds the functions of a template; nil when nothing is to be built.
    func build(template: String) throws(ArgumentError) -> CodeBuild? {
        guard watched != nil || command != nil else { return nil }
        let ofPackage = CodeBuild.ofPackage(template: template)
        guard var build = ofPackage ?? command.map({ CodeBuild.ofFolder(template, $0) }) else {
            throw ArgumentError(
                line: "--watch: --build COMMAND was expected, since the template is in no Swift "
                    + "package")
        }
        if let command {
            build.command = command
            build.directory = CodeBuild.absolute(".")
        }
        if let watched, !watched.isEmpty { build.sources = watched.map(CodeBuild.absolute) }
        return build
    }
}
