import LambdaEmulator
import StrictJSON

/// Looks at a running emulator's asynchronous events, and lets dead ones be delivered again.
struct EventsCommand: Subcommand {
    /// What is done.
    enum Action: Equatable {
        case list(function: String?, state: String?, limit: Int)
        case show(String)
        case redrive(String)
        case redriveAll
        case purge(isDead: Bool)
    }

    static let name = "events"
    static let synopsis = "events list|show|redrive|purge [options]"
    static let summary = "look at asynchronous events"
    static let help = """
        Usage: lambda-emulator events list [--function NAME] [--state STATE] [--limit N]
               lambda-emulator events show ID
               lambda-emulator events redrive ID
               lambda-emulator events redrive --all
               lambda-emulator events purge [--waiting]

          --url URL          the running emulator (\(EmulatorClient.urlHelp))
          --function NAME    list the events of one function
          --state STATE      list those that are waiting, inFlight or dead
          --limit N          list at most so many, 1 to 1000 (100)
          --all              redrive every dead event
          --waiting          purge what waits, and not what is dead

        An event is one of the Invoke API (X-Amz-Invocation-Type: Event) or of a schedule. One that
        its function has failed with is tried again after 1 and 2 minutes, with the same id; one
        that is given up is dead until it is redriven or purged. Exits 1 when the emulator has no
        such event.
        """

    let action: Action
    var url = EmulatorClient.defaultURL
    /// Takes the output.
    var print: @Sendable ([UInt8]) -> Void = Console.write

    init(_ words: inout ArgumentReader) throws(ArgumentError) {
        let expected = "list, show ID, redrive ID, redrive --all or purge was expected"
        var names: [String] = []
        var function: String?
        var state: String?
        var limit = 100
        var flags: Set<String> = []
        while let word = words.next() {
            switch word {
            case "--url": url = try words.value(of: word)
            case "--function": function = try words.value(of: word)
            case "--state": state = try words.value(of: word)
            case "--limit": limit = try words.number(of: word, in: 1...1_000)
            case "--all", "--waiting": flags.insert(word)
            default:
                guard !word.hasPrefix("-") else {
                    throw ArgumentError(line: "\(word): not an option of events; see --help")
                }
                names.append(word)
            }
        }
        let isListing = function == nil && state == nil && limit == 100
        switch (names.first, names.count, flags) {
        case ("list", 1, []):
            action = .list(function: function, state: state, limit: limit)
            return
        case ("show", 2, []): action = .show(names[1])
        case ("redrive", 2, []): action = .redrive(names[1])
        case ("redrive", 1, ["--all"]): action = .redriveAll
        case ("purge", 1, []): action = .purge(isDead: true)
        case ("purge", 1, ["--waiting"]): action = .purge(isDead: false)
        default: throw ArgumentError(line: "events: \(expected)")
        }
        guard isListing else {
            throw ArgumentError(line: "--function, --state and --limit: options of events list")
        }
    }

    func run() -> Int32 {
        do throws(EmulatorClient.Failure) {
            print(Array(try output().utf8))
            return 0
        } catch {
            Console.complain(error.line)
            return error.status
        }
    }

    private func output() throws(EmulatorClient.Failure) -> String {
        let client = EmulatorClient(url: url)
        switch action {
        case .list(let function, let state, let limit):
            var path = "events?limit=\(limit)"
            if let function { path += "&function=\(URLText.query(function))" }
            if let state { path += "&state=\(URLText.query(state))" }
            return EventListing(try client.call("GET", path)).text
        case .show(let id):
            let event = try client.call("GET", "events/\(URLText.query(id))")
            return String(decoding: event.serialized(), as: UTF8.self) + "\n"
        case .redrive(let id):
            return Self.count(
                try client.call("POST", "events/\(URLText.query(id))/redrive"), "redriven")
        case .redriveAll: return Self.count(try client.call("POST", "events/redrive"), "redriven")
        case .purge(let isDead):
            let state = isDead ? "dead" : "waiting"
            return Self.count(try client.call("DELETE", "events?state=\(state)"), "purged")
        }
    }

    private static func count(_ answer: JSONValue, _ name: String) -> String {
        "\(answer[name]?.number?.integer ?? 0) \(name)\n"
    }
}
