/// The command line, understood.
enum Command {
    case help(String)
    case run(any Subcommand)

    /// In the order in which the overview shows them.
    static let all: [any Subcommand.Type] = [
        StartCommand.self, ExecCommand.self, CheckCommand.self, FunctionsCommand.self,
        InvokeCommand.self, EventCommand.self, LogsCommand.self, InvocationsCommand.self,
        EventsCommand.self, ClockCommand.self,
    ]

    init(_ arguments: [String]) throws(ArgumentError) {
        var words = ArgumentReader(arguments)
        guard let name = words.next(), !["--help", "-h", "help"].contains(name) else {
            self = .help(Self.overview)
            return
        }
        guard let command = Self.all.first(where: { $0.name == name }) else {
            throw ArgumentError(line: "\(name): not a command; see --help")
        }
        self = words.asksForHelp ? .help(command.help) : .run(try command.init(&words))
    }

    static var overview: String {
        let lines = all.map { command in
            "  lambda-emulator "
                + command.synopsis.padded(to: 43) + command.summary
        }
        return """
            lambda-emulator runs the functions of an AWS SAM template on this machine: the binaries
            that are deployed, behind the same routes, schedules, queues and table streams. No
            container.

            Usage:
            \(lines.joined(separator: "\n"))

            lambda-emulator COMMAND --help tells more.
            """
    }
}

/// One command of the tool.
protocol Subcommand: Sendable {
    /// The first word of the command line.
    static var name: String { get }
    /// The name with what it needs, for the overview: `invoke FUNCTION --event FILE|- [options]`.
    static var synopsis: String { get }
    /// A few words, for the overview.
    static var summary: String { get }
    /// What `--help` prints.
    static var help: String { get }
    /// Understands the words after the name.
    init(_ words: inout ArgumentReader) throws(ArgumentError)
    /// Does it; the process's exit status.
    func run() async -> Int32
}

extension String {
    /// With blanks at its end, and one at least.
    func padded(to count: Int) -> String {
        self + String(repeating: " ", count: max(1, count - self.count))
    }
}
