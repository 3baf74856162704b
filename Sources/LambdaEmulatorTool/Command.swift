/// Arguments that cannot be understood, in one line.
struct ArgumentError: Error, Equatable { let line: String }

/// What `start` runs.
struct StartOptions: Equatable {
    var template = "infra/template.yaml"
    var port = 3_000
    var dataDirectory = ".data"
    var parameters: [String: String] = [:]
    var runsEvents = true
}

/// What `invoke` calls.
struct InvokeOptions: Equatable {
    var function = ""
    /// A file, or `-` for standard input.
    var event = ""
    /// What is put into the event, in this order.
    var settings: [EventSetting] = []
    /// A running emulator; nil starts the function alone.
    var url: String?
    var template = "infra/template.yaml"
    var dataDirectory = ".data"
    var parameters: [String: String] = [:]
}

/// The command line, understood.
enum Command: Equatable {
    case help(String)
    case start(StartOptions)
    case invoke(InvokeOptions)

    init(_ arguments: [String]) throws(ArgumentError) {
        var words = ArgumentReader(arguments)
        switch words.next() {
        case nil, "--help", "-h", "help": self = .help(HelpText.overview)
        case "start": self = try Self.start(&words)
        case "invoke": self = try Self.invoke(&words)
        case let word?:
            throw ArgumentError(line: "\(word): start, invoke or --help was expected")
        }
    }

    private static func start(_ words: inout ArgumentReader) throws(ArgumentError) -> Command {
        var options = StartOptions()
        while let word = words.next() {
            switch word {
            case "--help", "-h": return .help(HelpText.start)
            case "--template": options.template = try words.value(of: word)
            case "--port": options.port = try words.port(of: word)
            case "--data-dir": options.dataDirectory = try words.value(of: word)
            case "--parameter": try words.parameter(into: &options.parameters)
            case "--no-events": options.runsEvents = false
            default: throw ArgumentError(line: "\(word): not an option of start; see --help")
            }
        }
        return .start(options)
    }

    private static func invoke(_ words: inout ArgumentReader) throws(ArgumentError) -> Command {
        var options = InvokeOptions()
        while let word = words.next() {
            switch word {
            case "--help", "-h": return .help(HelpText.invoke)
            case "--event": options.event = try words.value(of: word)
            case "--set": options.settings.append(try words.setting())
            case "--url": options.url = try words.value(of: word)
            case "--template": options.template = try words.value(of: word)
            case "--data-dir": options.dataDirectory = try words.value(of: word)
            case "--parameter": try words.parameter(into: &options.parameters)
            case _ where word.hasPrefix("--"):
                throw ArgumentError(line: "\(word): not an option of invoke; see --help")
            case _ where options.function.isEmpty: options.function = word
            default: throw ArgumentError(line: "\(word): one function was expected")
            }
        }
        guard !options.function.isEmpty else {
            throw ArgumentError(line: "invoke: a function's name was expected; see --help")
        }
        guard !options.event.isEmpty else {
            throw ArgumentError(line: "invoke: --event FILE or --event - was expected")
        }
        return .invoke(options)
    }
}

/// Hands out the words of a command line; `--name=value` is two of them.
struct ArgumentReader {
    private var words: ArraySlice<String>

    init(_ arguments: [String]) {
        words =
            arguments.flatMap { word -> [String] in
                guard word.hasPrefix("--"), let sign = word.firstIndex(of: "=") else {
                    return [word]
                }
                return [String(word[..<sign]), String(word[word.index(after: sign)...])]
            }[...]
    }

    mutating func next() -> String? { words.popFirst() }

    mutating func value(of option: String) throws(ArgumentError) -> String {
        guard let value = words.popFirst(), !value.isEmpty else {
            throw ArgumentError(line: "\(option): a value was expected")
        }
        return value
    }

    mutating func setting() throws(ArgumentError) -> EventSetting {
        guard let setting = EventSetting(try value(of: "--set")) else {
            throw ArgumentError(
                line: "--set: a JSON pointer and a text, as /headers/authorization=TEXT, expected")
        }
        return setting
    }

    mutating func port(of option: String) throws(ArgumentError) -> Int {
        guard let port = Int(try value(of: option)), (0...65_535).contains(port) else {
            throw ArgumentError(line: "\(option): a number from 0 to 65535 was expected")
        }
        return port
    }

    /// `Name=Value`; the value may be empty and may hold further signs.
    mutating func parameter(into parameters: inout [String: String]) throws(ArgumentError) {
        let text = try value(of: "--parameter")
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
            throw ArgumentError(line: "--parameter: Name=Value was expected")
        }
        let name = String(text[..<sign])
        guard parameters[name] == nil else {
            throw ArgumentError(line: "--parameter: \(name) is given twice")
        }
        parameters[name] = String(text[text.index(after: sign)...])
    }
}
