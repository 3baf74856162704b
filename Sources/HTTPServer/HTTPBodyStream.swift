import Locking

internal import CMicroHTTPD
internal import Glibc

/// The body of an answer that is sent while it is being made; usable from any thread.
///
/// Pieces leave in the order they were written. Between pieces the connection is suspended.
package final class HTTPBodyStream: HTTPSuspendable {
    private enum Ending { case none, complete, aborted }

    private struct State {
        var connection: MHDConnection?
        var isSuspended = false
        var isClosed = false
        var ending = Ending.none
        var bytes: [UInt8] = []
        /// How much of `bytes` has been handed to libmicrohttpd.
        var sentBytes = 0
        var whenDrained: (@Sendable () -> Void)?
    }

    /// With more than this waiting, a writer should let its own source wait.
    package static let bufferedBytesMax = 1024 * 1024
    private static let drainedBytes = 256 * 1024

    private let state = Locked(State())
    private let registry: HTTPWaitingRegistry

    init(registry: HTTPWaitingRegistry) { self.registry = registry }

    /// Sends a piece, or keeps it until the client takes it.
    ///
    /// - Parameters:
    ///   - piece: Bytes of the body.
    ///   - whenDrained: Called once, when the client has caught up, if this returns true.
    /// - Returns: True when more than ``bufferedBytesMax`` waits for the client: the writer should
    ///   go on when it is told.
    package func write(
        _ piece: some Collection<UInt8>, whenDrained: @escaping @Sendable () -> Void = {}
    ) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.ending == .none else { return false }
            state.bytes.append(contentsOf: piece)
            Self.resume(&state)
            guard state.bytes.count - state.sentBytes > Self.bufferedBytesMax else { return false }
            state.whenDrained = whenDrained
            return true
        }
    }

    /// The body is complete.
    package func finish() { end(.complete) }

    /// The body cannot be completed: the connection is closed before its end, so that the client
    /// sees that something is missing.
    package func abort() { end(.aborted) }

    /// True once the connection is gone: what is written is dropped.
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    private func end(_ ending: Ending) {
        state.withLock { state in
            guard state.ending == .none else { return }
            state.ending = ending
            Self.resume(&state)
        }
    }

    private static func resume(_ state: inout State) {
        guard state.isSuspended, let connection = state.connection else { return }
        state.isSuspended = false
        connection.resume()
    }

    func attach(_ connection: MHDConnection) {
        if !registry.remember(self) { abort() }
        state.withLock { $0.connection = connection }
    }

    func serverStops() { abort() }

    /// The connection is gone; its pointer must not be used again.
    func close() {
        registry.forget(self)
        let drained = state.withLock { state in
            state.isClosed = true
            state.connection = nil
            state.bytes = []
            state.sentBytes = 0
            return state.whenDrained.take()
        }
        drained?()
    }

    /// Called by libmicrohttpd when it can send: how much was put into `buffer`; 0 suspends the
    /// connection until there is more, negative values end it.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let (count, drained) = state.withLock { state -> (Int, (@Sendable () -> Void)?) in
            let waiting = state.bytes.count - state.sentBytes
            guard waiting > 0 else { return (Self.endOrSuspend(&state), nil) }
            let count = min(waiting, buffer.count)
            let piece = state.bytes[state.sentBytes..<(state.sentBytes + count)]
            buffer.copyBytes(from: piece)
            state.sentBytes += count
            if state.sentBytes == state.bytes.count {
                state.bytes.removeAll(keepingCapacity: state.sentBytes <= Self.drainedBytes)
                state.sentBytes = 0
            }
            return (count, waiting - count <= Self.drainedBytes ? state.whenDrained.take() : nil)
        }
        drained?()
        return count
    }

    private static func endOrSuspend(_ state: inout State) -> Int {
        switch state.ending {
        case .complete: return ttsr_mhd_end_of_stream
        case .aborted:
            // libmicrohttpd may close the socket only when the next event comes: the client is
            // told at once, which is that event, too.
            state.connection?.shutDown()
            return ttsr_mhd_end_with_error
        case .none:
            guard let connection = state.connection else { return ttsr_mhd_end_with_error }
            state.isSuspended = true
            connection.suspend()
            return 0
        }
    }
}
