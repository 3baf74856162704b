import LambdaEmulator
import StrictJSON

/// Shows a running emulator's clock, or puts it ahead.
struct ClockCommand: Subcommand {
    static let name = "clock"
    static let synopsis = "clock [advance TIME] [options]"
    static let summary = "look at the clock, or put it ahead"
    static let help = """
        Usage: lambda-emulator clock [--url URL]
               lambda-emulator clock advance TIME [--url URL]

          --url URL  the running emulator (\(EmulatorClient.urlHelp))

        TIME is a number with d, h, m or s, or several of them: 90s, 6h, 1h30m.

        Advancing fires what would have fired by then, in order: schedules, retries of
        asynchronous events, delays and visibility timeouts of queues, retries of streams. What is
        due at one moment is finished before the next one; then each invocation that came of it is
        printed, with its time, its source, its function and what became of it. Functions
        themselves see the machine's clock. A restart sets the emulator's clock back to it.
        """

    /// How far it is put ahead; nil only shows it.
    let span: TimeSpan?
    var url = EmulatorClient.defaultURL
    /// Takes the output.
    var print: @Sendable ([UInt8]) -> Void = Console.write

    init(_ words: inout ArgumentReader) throws(ArgumentError) {
        var names: [String] = []
        while let word = words.next() {
            switch word {
            case "--url": url = try words.value(of: word)
            default:
                guard !word.hasPrefix("-") else {
                    throw ArgumentError(line: "\(word): not an option of clock; see --help")
                }
                names.append(word)
            }
        }
        guard !names.isEmpty else {
            span = nil
            return
        }
        guard names.count == 2, names[0] == "advance", let span = TimeSpan(names[1]) else {
            throw ArgumentError(line: "clock: advance and a time such as 90s or 1h30m expected")
        }
        self.span = span
    }

    func run() -> Int32 {
        do throws(EmulatorClient.Failure) {
            let client = EmulatorClient(url: url)
            guard let span else {
                print(Array(Self.line(of: try client.call("GET", "clock")).utf8))
                return 0
            }
            let answer = try client.call(
                "POST", "clock/advance?by=\(span.ms)ms", deadlineMs: nil)
            print(Array(Self.text(of: answer).utf8))
            if let reason = answer["stoppedBecause"]?.string {
                Console.complain("not put ahead any further: \(reason)")
                return 1
            }
            return 0
        } catch {
            Console.complain(error.line)
            return error.status
        }
    }

    /// The invocations and the time.
    static func text(of answer: JSONValue) -> String {
        let rows = (answer["fired"]?.array ?? []).map { event -> [String] in
            func text(_ name: String) -> String { event[name]?.string ?? "" }
            func number(_ name: String) -> Int64 { event[name]?.number?.integer ?? 0 }
            let records = number("records")
            return [
                text("time"), text("source"), text("function"),
                records == 1 ? "" : "\(records) records",
                number("attempt") == 1 ? "" : "attempt \(number("attempt"))", text("outcome"),
            ]
        }
        return TextTable(heads: nil, rows: rows).text + line(of: answer)
    }

    private static func line(of answer: JSONValue) -> String {
        // To the second: a little of the time went by while the clock stood still.
        let aheadMs = answer["aheadMs"]?.number?.integer ?? 0
        let ahead = TimeSpan(ms: (aheadMs + 500) / 1_000 * 1_000)
        let note = ahead.ms == 0 ? "" : ", \(ahead) ahead of the machine's clock"
        return "it is \(answer["time"]?.string ?? "")\(note)\n"
    }
}
