import LambdaEmulator
import StrictJSON

/// The events of an emulator as a table for people.
struct EventListing {
    let text: String

    init(_ answer: JSONValue) {
        let counts = ["waiting", "inFlight", "dead"].map { answer[$0]?.number?.integer ?? 0 }
        var text = "\(counts[0]) waiting, \(counts[1]) in flight, \(counts[2]) dead\n"
        let events = answer["events"]?.array ?? []
        if !events.isEmpty {
            text +=
                TextTable(
                    heads: ["ID", "FUNCTION", "STATE", "ATTEMPTS", "AGE", "NEXT", "LAST ERROR"],
                    rows: events.map(Self.row)
                ).text
        }
        self.text = text
    }

    private static func row(_ event: JSONValue) -> [String] {
        func text(_ name: String) -> String { event[name]?.string ?? "" }
        func number(_ name: String) -> Int64? { event[name]?.number?.integer }
        let age = number("ageMs") ?? 0
        // When the age is known, so is the emulator's time.
        let next = number("dueMs").map { due in
            due - age - (number("acceptedMs") ?? 0)
        }
        return [
            text("id"), text("function"), text("state"), String(number("attempts") ?? 0),
            TimeSpan(ms: age).description,
            next.map { $0 <= 0 ? "now" : "in \(TimeSpan(ms: $0).description)" } ?? "",
            text("errorType"),
        ]
    }
}
