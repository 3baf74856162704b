internal import Glibc
internal import HTTPServer
import Locking
import Synchronization

/// The parts of a started emulator.
final class RunningEmulator: Sendable {
    let directory: FunctionDirectory
    let invoker: Invoker
    let recorder: InvocationRecorder
    let loop: EventLoop
    let activity: Activity
    let clockDriver: ClockDriver
    let port: UInt16

    private let configuration: EmulatorConfiguration
    private let log: EmulatorLog
    private let runtimeAPI: RuntimeAPI
    private let server: ServerHolder
    private let parts: [any EmulatorPart]

    init(_ configuration: EmulatorConfiguration) throws(EmulatorError) {
        self.configuration = configuration
        let base = try EmulatorBase(configuration)
        (log, loop, runtimeAPI, server) = (base.log, base.loop, base.runtimeAPI, base.server)
        (directory, invoker, recorder) = (base.directory, base.invoker, base.recorder)
        activity = base.activity
        let sources = try base.makeParts()
        clockDriver = base.makeClockDriver(sources)
        parts = sources + [clockDriver]
        let front = base.makeFrontDoor(parts)
        port = try base.serve(front)
        try start()
        // The functions' calls are taken meanwhile: the first answer need not wait for the disk.
        do throws(EmulatorError) {
            try base.store.requireOpen()
        } catch {
            stop()
            throw error
        }
        for address in front.sites.addresses(port: port) { log.note(address) }
    }

    /// The log's last lines, those that have not been written yet included.
    var logText: String {
        log.flush()
        return String(decoding: log.history.last(.max), as: UTF8.self)
    }

    private func start() throws(EmulatorError) {
        let pools = directory.pools
        do {
            try loop.start { [parts, log] now in
                let next = pools.reduce(Int64.max) { min($0, $1.expire(at: now)) }
                return min(log.tick(at: now), parts.reduce(next) { min($0, $1.tick(at: now)) })
            }
            if !parts.isEmpty { loop.wake(byNs: .min) }
            for part in parts { try part.start() }
            for pool in pools { pool.startForDebugger() }
        } catch {
            stop()
            throw .system("\(error.call): \(error.reason)")
        }
    }

    /// Finishes what runs, within the grace, and ends everything.
    func stop() {
        for part in parts { part.requestStop() }
        let drained = Promise<Bool>()
        let remaining = Atomic(directory.pools.count)
        for pool in directory.pools {
            pool.drain {
                if remaining.subtract(1, ordering: .relaxed).newValue == 0 { drained.fulfil(true) }
            }
        }
        if !directory.pools.isEmpty { _ = drained.wait(timeoutMs: configuration.graceMs) }
        endProcesses()
        for part in parts { part.join() }
        log.flush()
        log.history.close()
        // What the server answers with holds the server by way of the pools: let go of both.
        server.stop()
        runtimeAPI.unregisterAll()
        loop.stop()
        log.flush()
    }

    /// SIGTERM, a moment to end by themselves, SIGKILL, and then until all are reaped.
    private func endProcesses() {
        let patienceMs = directory.pools.reduce(0) { max($0, $1.terminationMs) }
        for pool in directory.pools { pool.end() }
        awaitEnds(forMs: patienceMs)
        for pool in directory.pools { pool.kill() }
        awaitEnds(forMs: 5_000)
    }

    private func awaitEnds(forMs patienceMs: Int) {
        let deadline = EmulatorClock.system.steadyNs() + Int64(patienceMs) * 1_000_000
        while directory.pools.contains(where: { $0.liveCount > 0 }),
            EmulatorClock.system.steadyNs() < deadline
        {
            usleep(2_000)
        }
    }
}
