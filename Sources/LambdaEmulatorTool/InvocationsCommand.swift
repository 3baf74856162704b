import Glibc
import LambdaEmulator

/// What of the recorded invocations is asked for.
struct InvocationsOptions: Equatable {
    enum Action: Equatable {
        case list, show, curl, replay
        /// Into a file.
        case saveAsEvent(String)
    }

    var action = Action.list
    /// How the id begins, or `last`.
    var id = ""
    var dataDirectory = getenv("EMULATOR_DATA_DIR").map { String(cString: $0) } ?? ".data"
    var url = EmulatorClient.defaultURL
    var function: String?
    var isFailedOnly = false
    var limit = 20
    var isJSON = false
    /// What is put into the event before it is sent again.
    var settings: [EventSetting] = []
}

/// Looks at recorded invocations, and sends their events again.
struct InvocationsCommand: Subcommand {
    static let name = "invocations"
    static let synopsis = "invocations list|show|replay ..."
    static let summary = "look at what was invoked, do it again"
    static let help = """
        Usage: lambda-emulator invocations list [--function NAME] [--failed] [--limit N] [--json]
               lambda-emulator invocations show ID [--json]
               lambda-emulator invocations replay ID [--set POINTER=TEXT] [--url URL]
               lambda-emulator invocations curl ID [--url URL]
               lambda-emulator invocations save-as-event ID FILE

          list            the last invocations, newest first
          show            one invocation: its event, its answer, its log and its figures
          replay          invoke again with the same event, and tell whether the answer differs
          curl            the same call as commands for curl and for the AWS CLI
          save-as-event   keep its event as a new file

          --data-dir DIR      where they are recorded; no emulator need run on it
                              ($EMULATOR_DATA_DIR, or .data)
          --function NAME     list the invocations of one function
          --failed            list those that failed
          --limit N           list at most so many, 1 to 100000 (20)
          --json              for programs: a line of JSON for each, as in the recorded files
          --set POINTER=TEXT  put a text into the event before it is sent again, such as
                              --set /headers/authorization="Bearer $TOKEN"; repeatable
          --url URL           the running emulator (\(EmulatorClient.urlHelp))

        ID may be shortened; "last" is the last one. Exits 1 when there is no such invocation, and
        when a replayed one answers otherwise than before.
        """

    let options: InvocationsOptions
    /// Takes the output.
    var print: @Sendable ([UInt8]) -> Void = Console.write
    /// Takes what is not the output proper.
    var printLog: @Sendable ([UInt8]) -> Void = Console.writeLog

    init(_ words: inout ArgumentReader) throws(ArgumentError) {
        var options = InvocationsOptions()
        var names: [String] = []
        var given: Set<String> = []
        while let word = words.next() {
            if word.hasPrefix("--") { given.insert(word) }
            switch word {
            case "--data-dir": options.dataDirectory = try words.value(of: word)
            case "--url": options.url = try words.value(of: word)
            case "--function": options.function = try words.value(of: word)
            case "--failed": options.isFailedOnly = true
            case "--limit": options.limit = try words.number(of: word, in: 1...100_000)
            case "--json": options.isJSON = true
            case "--set": options.settings.append(try words.setting())
            case _ where word.hasPrefix("-"):
                throw ArgumentError(line: "\(word): not an option of invocations; see --help")
            default: names.append(word)
            }
        }
        try Self.read(names, given.subtracting(["--data-dir"]), into: &options)
        self.options = options
    }

    private static func read(
        _ names: [String], _ given: Set<String>, into options: inout InvocationsOptions
    ) throws(ArgumentError) {
        let allowed: Set<String>
        switch (names.first, names.count) {
        case ("list", 1): allowed = ["--function", "--failed", "--limit", "--json"]
        case ("show", 2): (options.action, allowed) = (.show, ["--json"])
        case ("curl", 2): (options.action, allowed) = (.curl, ["--url"])
        case ("replay", 2): (options.action, allowed) = (.replay, ["--url", "--set"])
        case ("save-as-event", 3): (options.action, allowed) = (.saveAsEvent(names[2]), [])
        default:
            throw ArgumentError(
                line: "invocations: list, show ID, replay ID, curl ID or save-as-event ID FILE "
                    + "was expected; see --help")
        }
        if names.count > 1 { options.id = names[1] }
        if let other = given.subtracting(allowed).min() {
            throw ArgumentError(line: "\(other): not an option of invocations \(names[0])")
        }
    }

    func run() -> Int32 {
        do throws(EmulatorClient.Failure) {
            return try act()
        } catch {
            Console.complain(error.line)
            return error.status
        }
    }

    private func act() throws(EmulatorClient.Failure) -> Int32 {
        let archive = InvocationArchive(dataDirectory: options.dataDirectory)
        guard !archive.isEmpty else {
            throw failure("\(options.dataDirectory): no invocation is recorded there")
        }
        switch options.action {
        case .list: list(archive)
        case .show: show(try find(in: archive))
        case .curl: write(try CallLines(try event(in: archive), url: options.url).text)
        case .replay: return try replay(try event(in: archive))
        case .saveAsEvent(let file): try save(try event(in: archive), file)
        }
        return 0
    }

    func write(_ text: String) { print(Array(text.utf8)) }

    func failure(_ line: String) -> EmulatorClient.Failure {
        EmulatorClient.Failure(line: line, status: 1)
    }
}

extension InvocationsCommand {
    private func list(_ archive: InvocationArchive) {
        let found = archive.last(options.limit) { invocation in
            (options.function == nil || invocation.function == options.function)
                && (!options.isFailedOnly || invocation.result.failure != nil)
        }
        if options.isJSON {
            for invocation in found { print(invocation.summaryLine) }
        } else if found.isEmpty {
            write("none\n")
        } else {
            write(InvocationListing(found).text)
        }
    }

    private func show(_ found: [RecordedInvocation]) {
        guard let last = found.first else { return }
        if options.isJSON {
            for invocation in found { print(invocation.line) }
        } else {
            write(InvocationPage(last, attemptCount: found.count).text)
        }
    }

    /// All records of one id, newest first; never empty.
    private func find(
        in archive: InvocationArchive
    ) throws(EmulatorClient.Failure) -> [RecordedInvocation] {
        let found = archive.find(options.id == "last" ? "" : options.id)
        guard let id = found.first?.id else {
            throw failure("\(options.id): no recorded invocation has this id")
        }
        guard found.allSatisfy({ $0.id == id }) else {
            let count = Set(found.map(\.id)).count
            throw failure("\(options.id): \(count) invocations have an id that begins so")
        }
        return found
    }

    /// One whose event can be sent again.
    private func event(
        in archive: InvocationArchive
    ) throws(EmulatorClient.Failure) -> RecordedInvocation {
        guard let invocation = try find(in: archive).first, invocation.isEventComplete else {
            throw failure("\(options.id): its event is larger than 1 MB and was not kept whole")
        }
        return invocation
    }
}
