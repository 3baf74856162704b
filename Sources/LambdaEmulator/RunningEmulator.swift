internal import Glibc
internal import HTTPServer
import Locking
import Synchronization

/// The parts of a started emulator.
final class RunningEmulator: Sendable {
    let directory: FunctionDirectory
    let loop: EventLoop
    let port: UInt16

    private let configuration: EmulatorConfiguration
    private let log: EmulatorLog
    private let identifiers = IdentifierSource()
    private let runtimeAPI: RuntimeAPI
    private let server: HTTPServer
    private let streams: [TableStreamSource]

    init(_ configuration: EmulatorConfiguration) throws(EmulatorError) {
        self.configuration = configuration
        let clock = configuration.clock
        let log = EmulatorLog(descriptor: configuration.logDescriptor, clock: clock)
        let loop = try Self.makeLoop(clock)
        let runtimeAPI = RuntimeAPI()
        let serverHolder = ServerHolder()
        let environment = PoolEnvironment(
            clock: clock, log: log, loop: loop,
            spawner: configuration.spawner
                ?? ProcessSpawner(loop: loop, region: configuration.region),
            limits: configuration.limits,
            openPort: { pool in
                let port = try serverHolder.openPort()
                runtimeAPI.register(port, for: pool)
                return port
            },
            closePort: { port in
                runtimeAPI.unregister(port)
                serverHolder.closePort(port)
            },
            arnPrefix: "arn:aws:lambda:\(configuration.region):\(configuration.accountID):function:"
        )
        let pools = configuration.template.functions.map {
            FunctionPool(definition: $0, environment: environment)
        }
        directory = FunctionDirectory(pools: pools, arnPrefix: environment.arnPrefix)
        let front = FrontDoor(
            health: HealthReport(directory: directory),
            invoke: InvokeAPI(directory: directory, clock: clock, identifiers: identifiers),
            front: HTTPFront(
                routes: RouteTable(configuration.template.routes), directory: directory,
                clock: clock, identifiers: identifiers, log: log,
                accountID: configuration.accountID))
        (self.log, self.loop, self.runtimeAPI) = (log, loop, runtimeAPI)
        server = try Self.makeServer(configuration.port) { request, responder in
            // Every other port than the first one is an instance's, living or dead.
            serverHolder.isFront(request.localPort)
                ? front.handle(request, responder) : runtimeAPI.handle(request, responder)
        } tooLarge: { request in
            if !serverHolder.isFront(request.localPort) { runtimeAPI.handleTooLarge(request) }
        }
        port = server.port
        serverHolder.set(server)
        streams = try Self.makeStreams(
            configuration, directory: directory, identifiers: identifiers, log: log)
        try startLoop(pools)
    }

    func makeInvocation(
        _ event: [UInt8], wantsLogTail: Bool,
        completion: @escaping @Sendable (InvocationOutcome) -> Void
    ) -> Invocation {
        Invocation(
            requestID: identifiers.requestID(), event: event,
            traceID: identifiers.traceID(unixMs: configuration.clock.unixMs()),
            wantsLogTail: wantsLogTail, completion: completion)
    }

    func stop() {
        for stream in streams { stream.requestStop() }
        let drained = Promise<Bool>()
        let remaining = Atomic(directory.pools.count)
        for pool in directory.pools {
            pool.drain {
                if remaining.subtract(1, ordering: .relaxed).newValue == 0 { drained.fulfil(true) }
            }
        }
        if !directory.pools.isEmpty { _ = drained.wait(timeoutMs: configuration.graceMs) }
        endProcesses()
        for stream in streams { stream.join() }
        server.stop()
        loop.stop()
    }

    /// SIGTERM, a moment to end by themselves, SIGKILL, and then until all are reaped.
    private func endProcesses() {
        for (signal, patienceMs) in [(SIGTERM, 500), (SIGKILL, 5_000)] {
            for pool in directory.pools { pool.end(with: signal) }
            let deadline = EmulatorClock.system.steadyNs() + Int64(patienceMs) * 1_000_000
            while directory.pools.contains(where: { $0.liveCount > 0 }),
                EmulatorClock.system.steadyNs() < deadline
            {
                usleep(2_000)
            }
        }
    }

    private func startLoop(_ pools: [FunctionPool]) throws(EmulatorError) {
        let scheduler = makeScheduler()
        do {
            try loop.start { now in
                let expiry = pools.map { $0.expire(at: now) }.min() ?? .max
                return min(expiry, scheduler.tick(at: now))
            }
            if configuration.runsEvents { loop.wake(byNs: .min) }
            for stream in streams { try stream.start() }
        } catch {
            stop()
            throw .system("\(error.call): \(error.reason)")
        }
    }

    private func makeScheduler() -> Scheduler {
        let schedules = configuration.runsEvents ? configuration.template.schedules : []
        return Scheduler(schedules, clock: configuration.clock) { [weak self] schedule, dueMs in
            self?.fire(schedule, dueMs: dueMs)
        }
    }

    /// Invoked like an asynchronous call: a failure is in the log, nobody waits for the answer.
    private func fire(_ schedule: ScheduleDefinition, dueMs: Int64) {
        let occasion = ScheduledEventBuilder.Occasion(
            dueMs: dueMs, id: identifiers.requestID(), region: configuration.region,
            accountID: configuration.accountID)
        let event = ScheduledEventBuilder.make(schedule, occasion)
        let log = log
        let invocation = makeInvocation(event, wantsLogTail: false) { outcome in
            if case .refused = outcome { log.note("schedule \(schedule.name): not run: throttled") }
        }
        directory.pool(named: schedule.function)?.invoke(invocation)
    }

    private static func makeStreams(
        _ configuration: EmulatorConfiguration, directory: FunctionDirectory,
        identifiers: IdentifierSource, log: EmulatorLog
    ) throws(EmulatorError) -> [TableStreamSource] {
        guard configuration.runsEvents, let data = configuration.dataDirectory else { return [] }
        let clock = configuration.clock
        let context = StreamContext(
            directory: FileContent.absolute(data, in: ".") + "/streams",
            region: configuration.region, accountID: configuration.accountID, clock: clock,
            log: log, policy: configuration.streamPolicy
        ) { function, event, completion in
            guard let pool = directory.pool(named: function) else {
                return completion(.refused(.stopping))
            }
            pool.invoke(
                Invocation(
                    requestID: identifiers.requestID(), event: event,
                    traceID: identifiers.traceID(unixMs: clock.unixMs()), completion: completion))
        }
        var streams: [TableStreamSource] = []
        for definition in configuration.template.streams {
            do {
                streams.append(try TableStreamSource(definition, context))
            } catch {
                throw .system("\(error.call): \(error.reason)")
            }
        }
        return streams
    }

    private static func makeLoop(_ clock: EmulatorClock) throws(EmulatorError) -> EventLoop {
        do {
            return try EventLoop(clock: clock)
        } catch {
            throw .system("\(error.call): \(error.reason)")
        }
    }

    private static func makeServer(
        _ port: Int, handler: @escaping @Sendable (HTTPServerRequest, HTTPResponder) -> Void,
        tooLarge: @escaping @Sendable (HTTPServerRequest) -> Void
    ) throws(EmulatorError) -> HTTPServer {
        guard let number = UInt16(exactly: port) else {
            throw .listen(port: port, reason: "not a port number")
        }
        do {
            return try HTTPServer(
                port: number, bodyBytesMax: HTTPFront.bodyBytesMax, tooLarge: tooLarge,
                handler: handler)
        } catch .listen(let code) {
            throw .listen(port: port, reason: String(cString: strerror(code)))
        } catch {
            throw .system("the HTTP server: \(error)")
        }
    }
}

/// The server, for the pools that are made before it.
private final class ServerHolder: Sendable {
    private let server = Locked<HTTPServer?>(nil)
    private let port = Atomic<UInt16>(0)

    func set(_ server: HTTPServer) {
        self.server.withLock { $0 = server }
        port.store(server.port, ordering: .releasing)
    }

    /// The first port; until it is known no other one exists.
    func isFront(_ port: UInt16) -> Bool {
        let first = self.port.load(ordering: .acquiring)
        return first == 0 || first == port
    }

    func openPort() throws -> UInt16 {
        guard let server = server.withLock({ $0 }) else { throw HTTPServerError.stopped }
        return try server.addListener()
    }

    func closePort(_ port: UInt16) { server.withLock { $0 }?.removeListener(port) }
}
