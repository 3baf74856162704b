import LambdaEmulator
import StrictJSON

/// Prints a sample event.
struct EventCommand: Subcommand {
    static let name = "event"
    static let synopsis = "event KIND [--set POINTER=TEXT ...]"
    static let summary = "print a sample event"
    static let help = """
        Usage: lambda-emulator event KIND [--set POINTER=TEXT ...]

        KIND is one of:
        \(kinds)

          --set POINTER=TEXT  put a text into the event, such as --set /body=hello; repeatable
          --compact           on one line

        The event is made by what makes those of a running emulator, always the same one. With

          lambda-emulator event httpApi --set /rawPath=/hello |
              lambda-emulator invoke greeter --event -

        a function is tried without a route.
        """

    private static let kinds = SampleEvent.allCases.map {
        "  " + $0.rawValue.padded(to: 13) + $0.summary
    }.joined(separator: "\n")

    let kind: SampleEvent
    private var settings: [EventSetting] = []
    private var isCompact = false
    /// Takes the event.
    var print: @Sendable ([UInt8]) -> Void = Console.write

    init(_ words: inout ArgumentReader) throws(ArgumentError) {
        var kinds: [String] = []
        while let word = words.next() {
            switch word {
            case "--set": settings.append(try words.setting())
            case "--compact": isCompact = true
            case _ where word.hasPrefix("-"):
                throw ArgumentError(line: "\(word): not an option of event; see --help")
            default: kinds.append(word)
            }
        }
        guard kinds.count == 1, let kind = SampleEvent(rawValue: kinds[0]) else {
            let names = SampleEvent.allCases.map(\.rawValue).joined(separator: ", ")
            throw ArgumentError(line: "event: one of \(names) was expected")
        }
        self.kind = kind
    }

    func run() -> Int32 {
        guard var event = try? StrictJSON.parse(kind.make(), limits: JSONLimits(depthMax: 64))
        else { return 1 }
        for setting in settings where !setting.apply(to: &event) {
            Console.complain("--set: \(setting.pointer): the event has nothing to put it into")
            return 2
        }
        print(isCompact ? event.serialized() : Array(PrettyJSON.text(event).utf8))
        print([0x0A])
        return 0
    }
}
