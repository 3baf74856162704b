import Glibc
import Locking
import StrictJSON

@testable import LambdaRuntime

/// Holds whoever waits until it is opened, from any thread.
final class Gate: Sendable {
    private enum State {
        case closed([CheckedContinuation<Void, Never>])
        case open
    }

    private let state = Locked(State.closed([]))

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                guard case .closed(let waiting) = state else { return true }
                state = .closed(waiting + [continuation])
                return false
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state = .open }
            if case .closed(let waiting) = state { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// Gives the event back; those that say `hold-…` wait for the gate of that name.
struct HeldHandler: LambdaHandler {
    private static let gates = Locked<[String: Gate]>([:])

    static func gate(_ name: String) -> Gate {
        gates.withLock { gates in
            if let gate = gates[name] { return gate }
            let gate = Gate()
            gates[name] = gate
            return gate
        }
    }

    init(_ initialization: LambdaInitialization) {}

    func handle(_ event: JSONValue, _ context: LambdaContext) async -> JSONValue {
        if let name = event.string, name.hasPrefix("hold-") { await Self.gate(name).wait() }
        return event
    }
}

/// Suspends in the way that the event names and tells whether it goes on where it was.
struct SuspendingHandler: LambdaHandler {
    enum Way: String, CaseIterable { case yield, child, group, thread, task }

    init(_ initialization: LambdaInitialization) {
        initialization.logger.info("made")
    }

    func handle(_ event: JSONValue, _ context: LambdaContext) async throws -> JSONValue {
        let before = pthread_self()
        var isSame = true
        switch Way(rawValue: event["way"]?.string ?? "") {
        case .yield: await Task.yield()
        case .child:
            async let child = Self.thread()
            isSame = await child == before
        case .group:
            isSame = await withTaskGroup(of: pthread_t.self) { group in
                for _ in 0..<3 { group.addTask { await Self.thread() } }
                return await group.reduce(true) { $0 && $1 == before }
            }
        case .thread:
            await withCheckedContinuation { continuation in Self.resume(continuation) }
        case .task: await Task {}.value
        case nil: throw PlainError.full
        }
        isSame = isSame && Self.current() == before
        return ["n": event["n"] ?? nil, "sameThread": .bool(isSame)]
    }

    private static func thread() async -> pthread_t {
        await Task.yield()
        return current()
    }

    static func current() -> pthread_t { pthread_self() }

    private static func resume(_ continuation: CheckedContinuation<Void, Never>) {
        final class Box: Sendable {
            let continuation: CheckedContinuation<Void, Never>
            init(_ continuation: CheckedContinuation<Void, Never>) {
                self.continuation = continuation
            }
        }
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                if let context {
                    Unmanaged<Box>.fromOpaque(context).takeRetainedValue().continuation.resume()
                }
                return nil
            }, Unmanaged.passRetained(Box(continuation)).toOpaque())
        pthread_detach(thread)
    }
}

/// Counts on an actor that all loops share and tells whether it comes back from there.
struct CountingHandler: LambdaHandler {
    private actor Counter {
        var count: Int64 = 0

        func next() async -> Int64 {
            count += 1
            let number = count
            if number % 3 == 0 { await Task.yield() }
            return number
        }
    }

    private let counter = Counter()

    init(_ initialization: LambdaInitialization) {}

    func handle(_ event: JSONValue, _ context: LambdaContext) async -> JSONValue {
        let before = SuspendingHandler.current()
        var last: Int64 = 0
        for _ in 0..<10 { last = await counter.next() }
        let isSame = SuspendingHandler.current() == before
        return ["count": .number(JSONNumber(last)), "sameThread": .bool(isSame)]
    }
}
