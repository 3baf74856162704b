/// First in, first out; whoever appends sees to the bound.
struct InvocationQueue {
    private struct Entry {
        let invocation: Invocation
        let sinceNs: Int64
    }

    private var entries: [Entry?] = []
    private var head = 0

    var count: Int { entries.count - head }
    var isEmpty: Bool { count == 0 }

    /// Since when the oldest one waits; nil when none does.
    var oldestNs: Int64? { head < entries.count ? entries[head]?.sinceNs : nil }

    mutating func append(_ invocation: Invocation, at now: Int64) {
        entries.append(Entry(invocation: invocation, sinceNs: now))
    }

    mutating func popFirst() -> Invocation? {
        guard head < entries.count else { return nil }
        defer {
            entries[head] = nil
            head += 1
            if head == entries.count || head > 4_096 {
                entries.removeFirst(head)
                head = 0
            }
        }
        return entries[head]?.invocation
    }

    mutating func removeAll() -> [Invocation] {
        defer {
            entries = []
            head = 0
        }
        return entries[head...].compactMap { $0?.invocation }
    }
}
