import HTTPServer
import Locking

/// A subscriber's server: keeps what it receives, and wakes whoever waits for it.
final class Receiver: Sendable {
    /// One request that was received.
    struct Delivery: Sendable {
        /// By lower-case name.
        let fields: [String: String]
        let body: [UInt8]

        var id: String { fields["webhook-id"] ?? "" }
    }

    private let inbox = Inbox()
    private let server: HTTPServer

    /// Starts a server that answers every request with 204.
    init() throws {
        let inbox = inbox
        server = try HTTPServer(
            address: "127.0.0.1", port: 0, bodyBytesMax: 1_000_000
        ) { request, responder in
            let fields = request.fields.map { ($0.name.lowercased(), $0.value) }
            inbox.add(
                Delivery(
                    fields: Dictionary(fields) { first, _ in first }, body: request.body))
            responder.respond(status: 204, fields: [], body: [])
        }
    }

    deinit {
        server.stop()
    }

    var url: String { "http://127.0.0.1:\(server.port)/hook" }

    /// Waits until something holds of all that has been received so far.
    func deliveries(
        until isEnough: @escaping @Sendable ([Delivery]) -> Bool
    ) async -> [Delivery] {
        await inbox.wait(until: isEnough)
    }

    private final class Inbox: Sendable {
        private struct Waiter {
            let isEnough: @Sendable ([Delivery]) -> Bool
            let continuation: CheckedContinuation<[Delivery], Never>
        }
        private struct State {
            var deliveries: [Delivery] = []
            var waiters: [Waiter] = []
        }

        private let state = Locked(State())

        func add(_ delivery: Delivery) {
            let (ready, all) = state.withLock { state in
                state.deliveries.append(delivery)
                let ready = state.waiters.filter { $0.isEnough(state.deliveries) }
                state.waiters.removeAll { $0.isEnough(state.deliveries) }
                return (ready.map(\.continuation), state.deliveries)
            }
            for continuation in ready { continuation.resume(returning: all) }
        }

        func wait(until isEnough: @escaping @Sendable ([Delivery]) -> Bool) async -> [Delivery] {
            await withCheckedContinuation { continuation in
                let ready: [Delivery]? = state.withLock { state in
                    if isEnough(state.deliveries) { return state.deliveries }
                    state.waiters.append(
                        Waiter(isEnough: isEnough, continuation: continuation))
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        }
    }
}
