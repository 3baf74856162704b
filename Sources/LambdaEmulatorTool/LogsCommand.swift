/// Shows the log of a running emulator.
struct LogsCommand: Subcommand {
    static let name = "logs"
    static let synopsis = "logs [FUNCTION] [--follow] [options]"
    static let summary = "show the log of a running emulator"
    static let help = """
        Usage: lambda-emulator logs [FUNCTION] [options]

          --follow    go on with every later line, until the emulator stops or Ctrl-C
          --lines N   begin with the last N lines, 0 to 100000 (100)
          --url URL   the running emulator (\(EmulatorClient.urlHelp))

        Shows what the functions, or one of them, have printed, with the START, END and REPORT
        lines of their invocations and the emulator's own remarks. The emulator keeps the last
        1 MB; what one invocation has printed is kept with it: see invocations show.
        """

    var function: String?
    var isFollowing = false
    var lineCount = 100
    var url = EmulatorClient.defaultURL
    /// Takes the lines.
    var print: @Sendable ([UInt8]) -> Void = Console.write

    init(_ words: inout ArgumentReader) throws(ArgumentError) {
        while let word = words.next() {
            switch word {
            case "--follow", "-f": isFollowing = true
            case "--lines": lineCount = try words.number(of: word, in: 0...100_000)
            case "--url": url = try words.value(of: word)
            case _ where word.hasPrefix("-"):
                throw ArgumentError(line: "\(word): not an option of logs; see --help")
            case _ where function == nil: function = word
            default: throw ArgumentError(line: "\(word): one function was expected")
            }
        }
    }

    func run() -> Int32 {
        var path = "logs?lines=\(lineCount)"
        if let function { path += "&function=\(URLText.query(function))" }
        if isFollowing { path += "&follow=true" }
        do throws(EmulatorClient.Failure) {
            try EmulatorClient(url: url).take(path) { print(Array($0)) }
            return 0
        } catch {
            Console.complain(error.line)
            return error.status
        }
    }
}
