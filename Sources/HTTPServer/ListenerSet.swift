import Glibc
import Locking

/// The further ports of a server: one thread accepts for all of them and hands the sockets on.
///
/// The thread starts with the first port, so a server with one port costs no thread more.
final class ListenerSet: Sendable {
    private struct State {
        var descriptors: [UInt16: Int32] = [:]
        /// Sockets taken out, closed by the accepting thread once it no longer polls them.
        var removed: [Int32] = []
        var thread: pthread_t?
        var wakeRead: Int32 = -1
        var wakeWrite: Int32 = -1
        var isStopped = false
    }

    private let daemon: MHDDaemon
    private let state = Locked(State())

    init(daemon: MHDDaemon) { self.daemon = daemon }

    func add() throws(HTTPServerError) -> UInt16 {
        let listener = try LoopbackSocket.listen(port: 0, blocking: false)
        let failure = state.withLock { state -> HTTPServerError? in
            guard !state.isStopped else { return .stopped }
            if state.thread == nil, let failure = startThread(&state) { return failure }
            state.descriptors[listener.port] = listener.descriptor
            wake(state)
            return nil
        }
        if let failure {
            LoopbackSocket.endListening(listener.descriptor)
            throw failure
        }
        return listener.port
    }

    func remove(_ port: UInt16) {
        state.withLock { state in
            guard let descriptor = state.descriptors.removeValue(forKey: port) else { return }
            state.removed.append(descriptor)
            wake(state)
        }
    }

    func stop() {
        let thread = state.withLock { state -> pthread_t? in
            guard !state.isStopped else { return nil }
            state.isStopped = true
            wake(state)
            return state.thread.take()
        }
        guard let thread else { return }
        pthread_join(thread, nil)
        state.withLock { state in
            for descriptor in state.removed + state.descriptors.values {
                LoopbackSocket.endListening(descriptor)
            }
            state.removed = []
            state.descriptors = [:]
            close(state.wakeRead)
            close(state.wakeWrite)
            state.wakeWrite = -1
        }
    }

    private func startThread(_ state: inout State) -> HTTPServerError? {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return .listen(code: errno) }
        _ = LoopbackSocket.configure(ends[0], blocking: false)
        _ = LoopbackSocket.configure(ends[1], blocking: false)
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, Self.run, context.toOpaque())
        guard code == 0 else {
            context.release()
            close(ends[0])
            close(ends[1])
            return .start
        }
        (state.wakeRead, state.wakeWrite, state.thread) = (ends[0], ends[1], thread)
        return nil
    }

    private func wake(_ state: State) {
        guard state.wakeWrite >= 0 else { return }
        var byte: UInt8 = 0
        _ = write(state.wakeWrite, &byte, 1)
    }

    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { context in
            guard let context else { return nil }
            let listeners = Unmanaged<ListenerSet>.fromOpaque(context).takeRetainedValue()
            while let polled = listeners.polled() { listeners.accept(from: polled) }
            return nil
        }

    /// What to poll now; nil once stopped. Closes what was removed since the last poll.
    private func polled() -> [pollfd]? {
        state.withLock { state in
            for descriptor in state.removed { LoopbackSocket.endListening(descriptor) }
            state.removed = []
            guard !state.isStopped else { return nil }
            return [pollfd(fd: state.wakeRead, events: Int16(POLLIN), revents: 0)]
                + state.descriptors.values.map {
                    pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
                }
        }
    }

    private func accept(from listening: [pollfd]) {
        var listening = listening
        guard poll(&listening, nfds_t(listening.count), -1) > 0 else { return }
        if listening[0].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            _ = read(listening[0].fd, &bytes, bytes.count)
        }
        for listener in listening.dropFirst() where listener.revents != 0 {
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = LoopbackSocket.withSocketAddress(&peer) {
                Glibc.accept(listener.fd, $0, &length)
            }
            guard descriptor >= 0 else { continue }
            _ = LoopbackSocket.configure(descriptor, blocking: false)
            daemon.add(descriptor, from: &peer)
        }
    }
}
