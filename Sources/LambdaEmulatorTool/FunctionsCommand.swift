import StrictJSON

/// Lists the functions of a running emulator.
struct FunctionsCommand: Subcommand {
    static let name = "functions"
    static let synopsis = "functions [--json] [options]"
    static let summary = "list what a running emulator serves"
    static let help = """
        Usage: lambda-emulator functions [options]

          --json     for programs: what GET /_emulator/functions answers
          --url URL  the running emulator (\(EmulatorClient.urlHelp))

        A function is cold, starting, warm or busy; it starts with its first call.
        """

    var isJSON = false
    var url = EmulatorClient.defaultURL
    /// Takes the output.
    var print: @Sendable ([UInt8]) -> Void = Console.write

    init(_ words: inout ArgumentReader) throws(ArgumentError) {
        while let word = words.next() {
            switch word {
            case "--json": isJSON = true
            case "--url": url = try words.value(of: word)
            default: throw ArgumentError(line: "\(word): not an option of functions; see --help")
            }
        }
    }

    func run() -> Int32 {
        do throws(EmulatorClient.Failure) {
            let answer = try EmulatorClient(url: url).call("GET", "functions")
            print(isJSON ? answer.serialized() + [0x0A] : Array(Self.table(answer).utf8))
            return 0
        } catch {
            Console.complain(error.line)
            return error.status
        }
    }

    private static func table(_ answer: JSONValue) -> String {
        let rows = (answer["functions"]?.array ?? []).map { function -> [String] in
            func number(_ name: String) -> Int64 { function[name]?.number?.integer ?? 0 }
            let sources = function["calledBy"]?.array?.compactMap(\.string) ?? []
            return [
                function["name"]?.string ?? "", function["state"]?.string ?? "",
                "\(number("warm")) of \(number("instancesMax"))",
                String(number("inFlight")), String(number("waiting")),
                "\(number("timeoutMs") / 1_000) s", "\(number("memoryMb")) MB",
                sources.joined(separator: ", "),
            ]
        }
        return TextTable(
            heads: [
                "FUNCTION", "STATE", "INSTANCES", "IN FLIGHT", "WAITING", "TIMEOUT", "MEMORY",
                "CALLED BY",
            ], rows: rows
        ).text
    }
}
