import Glibc
import Records
import TTSR
import TableStore

/// The words of a command line: options may stand anywhere, each at most as often as it may.
struct Arguments {
    private var words: [String] = []
    private var options: [(name: String, value: String)] = []

    /// Options that take no value.
    private static let flags = ["--all"]

    /// Splits options from words; `--name value` and `--name=value` are the same.
    init(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                words.append(argument)
                continue
            }
            let halves = argument.split(separator: "=", maxSplits: 1).map(String.init)
            if Self.flags.contains(argument) {
                options.append((argument, ""))
            } else if halves.count == 2 {
                options.append((halves[0], halves[1]))
            } else if let value = rest.popFirst() {
                options.append((argument, value))
            } else {
                throw UsageError("\(argument) needs a value")
            }
        }
    }

    /// The next word.
    mutating func word(_ what: String) throws(UsageError) -> String {
        guard !words.isEmpty else { throw UsageError("\(what) is missing") }
        return words.removeFirst()
    }

    /// The next word, if there is one.
    mutating func optionalWord() -> String? {
        words.isEmpty ? nil : words.removeFirst()
    }

    /// All values of an option.
    mutating func values(_ name: String) -> [String] {
        let values = options.filter { $0.name == name }.map(\.value)
        options.removeAll { $0.name == name }
        return values
    }

    /// An option's value, given at most once.
    mutating func value(_ name: String) throws(UsageError) -> String? {
        let values = values(name)
        guard values.count <= 1 else { throw UsageError("\(name) stands twice") }
        return values.first
    }

    /// An option's value as a whole number within a range.
    mutating func number(
        _ name: String, _ range: ClosedRange<Int64>
    ) throws(UsageError) -> Int64? {
        guard let text = try value(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw UsageError(
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The tenant that `--tenant` names.
    mutating func tenant() throws(UsageError) -> String {
        let tenant = try value("--tenant") ?? "default"
        guard Client.isValidTenant(tenant) else {
            throw UsageError("--tenant must be 1 to 32 of a-z, 0-9 and -")
        }
        return tenant
    }

    /// The store's location, from `--store` or `TTSR_STORE`; nothing is opened yet.
    mutating func storeLocation() throws -> StoreLocation {
        let named = try value("--store")
        let inherited = getenv("TTSR_STORE").map { String(cString: $0) }
        guard let text = named ?? inherited else {
            throw UsageError("--store sqlite:PATH is missing")
        }
        do {
            return try StoreLocation(text, named: named == nil ? "TTSR_STORE" : "--store")
        } catch { throw UsageError(error.description) }
    }

    /// Takes `--store` where it is not needed: it may stand before every command.
    mutating func ignoreStore() throws(UsageError) {
        _ = try value("--store")
    }

    /// Checks that nothing is left over.
    func finish() throws(UsageError) {
        if let option = options.first { throw UsageError("there is no option \(option.name) here") }
        if !words.isEmpty { throw UsageError("there are words too many") }
    }
}

extension StoreLocation {
    /// Opens the store.
    func open() throws(TableStoreError) -> any TableStore {
        try StoreProvider(self, clock: .system).store()
    }
}

/// Arguments that cannot be used: one line, and exit status 2.
struct UsageError: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// A command that could not do what it was asked: one line, and exit status 1.
struct CommandFailure: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}
