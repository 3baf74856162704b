/// First in, first out, with a bound.
struct InvocationQueue {
    private var items: [Invocation?] = []
    private var head = 0
    let countMax: Int

    init(countMax: Int) { self.countMax = countMax }

    var count: Int { items.count - head }
    var isEmpty: Bool { count == 0 }

    /// False when the queue is full.
    mutating func append(_ invocation: Invocation) -> Bool {
        guard count < countMax else { return false }
        items.append(invocation)
        return true
    }

    mutating func popFirst() -> Invocation? {
        guard head < items.count else { return nil }
        defer {
            items[head] = nil
            head += 1
            if head == items.count || head > 4_096 {
                items.removeFirst(head)
                head = 0
            }
        }
        return items[head]
    }

    mutating func removeAll() -> [Invocation] {
        defer {
            items = []
            head = 0
        }
        return items[head...].compactMap(\.self)
    }
}
