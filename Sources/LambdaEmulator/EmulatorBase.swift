internal import Glibc
internal import HTTPServer
internal import TableStore

/// What all parts of an emulator stand on, and how they are put together.
struct EmulatorBase {
    let configuration: EmulatorConfiguration
    let log: EmulatorLog
    let loop: EventLoop
    let runtimeAPI = RuntimeAPI()
    let server = ServerHolder()
    let identifiers = IdentifierSource()
    let virtualClock: VirtualClock
    let recorder: InvocationRecorder
    let warnings: LimitWarnings
    let directory: FunctionDirectory
    let invoker: Invoker
    let activity = Activity()
    let fired = FiredEvents()
    let store: EmulatorStore
    let queues: QueueService
    let asynchronous: AsynchronousQueue
    let gatewayTimeouts: GatewayTimeouts

    init(_ configuration: EmulatorConfiguration) throws(EmulatorError) {
        self.configuration = configuration
        let clock = configuration.clock
        virtualClock = VirtualClock(clock)
        loop = try Self.system { () throws(SystemCallError) in try EventLoop(clock: clock) }
        log = EmulatorLog(descriptor: configuration.logDescriptor, clock: clock)
        log.flushes(on: loop)
        warnings = LimitWarnings(configuration.template, log: log)
        recorder = try Self.makeRecorder(configuration, log: log, loop: loop)
        let environment = Self.poolEnvironment(
            configuration, log: log, loop: loop, virtualClock: virtualClock,
            identifiers: identifiers, recorder: recorder, warnings: warnings, server: server,
            runtimeAPI: runtimeAPI)
        directory = FunctionDirectory(
            pools: configuration.template.functions.map {
                FunctionPool(definition: $0, environment: environment)
            }, arnPrefix: environment.arnPrefix)
        invoker = Invoker(directory: directory, identifiers: identifiers, clock: clock)
        store = try EmulatorStore.make(in: configuration.dataDirectory, activity: activity)
        queues = QueueService(
            configuration.template.queues,
            QueueService.Context(
                store: store, clock: virtualClock, loop: loop, identifiers: identifiers,
                region: configuration.region, accountID: configuration.accountID))
        asynchronous = AsynchronousQueue(
            AsynchronousQueue.Context(
                store: store, directory: directory, clock: virtualClock, loop: loop,
                identifiers: identifiers, log: log, activity: activity, fired: fired,
                messageSent: queues.arrived))
        gatewayTimeouts = GatewayTimeouts(loop: loop)
    }

    private static func makeRecorder(
        _ configuration: EmulatorConfiguration, log: EmulatorLog, loop: EventLoop
    ) throws(EmulatorError) -> InvocationRecorder {
        var folder: (path: String, bytesMax: Int)?
        if let data = configuration.dataDirectory, configuration.recordBytesMax > 0 {
            folder = (InvocationArchive.folder(in: data), configuration.recordBytesMax)
        }
        return try system { () throws(SystemCallError) in
            try InvocationRecorder(
                limits: RecordBuffer.Limits(countMax: configuration.recentInvocationsMax),
                folder: folder, clock: configuration.clock, log: log, loop: loop)
        }
    }

    private static func poolEnvironment(
        _ configuration: EmulatorConfiguration, log: EmulatorLog, loop: EventLoop,
        virtualClock: VirtualClock, identifiers: IdentifierSource, recorder: InvocationRecorder,
        warnings: LimitWarnings,
        server: ServerHolder, runtimeAPI: RuntimeAPI
    ) -> PoolEnvironment {
        PoolEnvironment(
            clock: configuration.clock, virtualClock: virtualClock, log: log, loop: loop,
            spawner: configuration.spawner
                ?? ProcessSpawner(
                    loop: loop, region: configuration.region, endpointPort: { server.frontPort }),
            identifiers: identifiers, recorder: recorder, warnings: warnings,
            limits: configuration.limits, policy: configuration.instances,
            openPort: { pool in
                let port = try server.openPort()
                runtimeAPI.register(port, for: pool)
                return port
            },
            closePort: { port in
                runtimeAPI.unregister(port)
                server.closePort(port)
            },
            arnPrefix: "arn:aws:lambda:\(configuration.region):\(configuration.accountID):function:"
        )
    }

    /// What keeps invocations, who waits for answers, and the sources of events; the store is the
    /// last one, since the others' last work is done in it.
    func makeParts() throws(EmulatorError) -> [any EmulatorPart] {
        var parts: [any EmulatorPart] = [warnings, recorder, gatewayTimeouts, asynchronous, queues]
        if configuration.instances.idleTimeoutMs != nil {
            parts.append(IdleInstances(pools: directory.pools, clock: virtualClock))
        }
        parts += try makeReloadParts()
        if configuration.runsEvents {
            if !configuration.template.schedules.isEmpty { parts.append(makeScheduler()) }
            parts += makeQueueSources() as [any EmulatorPart]
            parts += try makeStreams() as [any EmulatorPart]
        }
        return parts + [store]
    }

    /// What builds code, and takes up new code.
    private func makeReloadParts() throws(EmulatorError) -> [any EmulatorPart] {
        guard configuration.reloadsCode || configuration.build != nil else { return [] }
        // What the emulator itself writes is no code, wherever it is.
        let own = configuration.dataDirectory.map { [FileContent.absolute($0, in: ".")] } ?? []
        return try Self.system { () throws(SystemCallError) in
            var parts: [any EmulatorPart] = [
                try CodeWatcher(directory.pools, skipping: own, loop: loop)
            ]
            if let build = configuration.build {
                let skipped = directory.pools.flatMap(\.definition.codeFolders) + own
                parts.append(
                    try Builder(
                        build, skipping: skipped, pools: directory.pools, loop: loop, log: log))
            }
            return parts
        }
    }

    /// What puts the parts' clock ahead.
    func makeClockDriver(_ parts: [any EmulatorPart]) -> ClockDriver {
        ClockDriver(
            ClockDriver.Context(
                clock: virtualClock, activity: activity, fired: fired, loop: loop, log: log),
            parts: parts)
    }

    /// Events of schedules wait among the asynchronous ones, as on AWS.
    private func makeScheduler() -> Scheduler {
        Scheduler(configuration.template.schedules, clock: virtualClock) {
            [configuration, identifiers, asynchronous, log] schedule, dueMs in
            let occasion = ScheduledEventBuilder.Occasion(
                dueMs: dueMs, id: identifiers.requestID(), region: configuration.region,
                accountID: configuration.accountID)
            let event = ScheduledEventBuilder.make(schedule, occasion)
            asynchronous.accept(
                asynchronous.makeEvent(
                    event, for: schedule.function, from: .schedule(schedule.name))
            ) { error in
                guard let error else { return }
                log.note("schedule \(schedule.name): its event is lost: \(error.code)")
            }
        }
    }

    private func makeQueueSources() -> [QueueSource] {
        configuration.template.queueSources.compactMap { definition in
            guard let queue = queues.queue(named: definition.queue),
                let pool = directory.pool(named: definition.function)
            else { return nil }
            return QueueSource(
                definition, of: queue,
                QueueSource.Context(
                    service: queues, pool: pool, activity: activity, fired: fired, log: log))
        }
    }

    private func makeStreams() throws(EmulatorError) -> [TableStreamSource] {
        guard let data = configuration.dataDirectory else { return [] }
        let context = StreamContext(
            directory: FileContent.absolute(data, in: ".") + "/streams",
            clock: virtualClock, machine: configuration.clock, loop: loop, log: log,
            policy: configuration.streamPolicy, invoker: invoker, activity: activity,
            fired: fired, queues: queues)
        var streams: [TableStreamSource] = []
        for definition in configuration.template.streams {
            streams.append(
                try Self.system { () throws(SystemCallError) in
                    try TableStreamSource(definition, context)
                })
        }
        return streams
    }

    /// What the emulator's own port serves.
    func makeFrontDoor(_ parts: [any EmulatorPart]) -> FrontDoor {
        FrontDoor(
            admin: makeAdmin(parts),
            sqs: configuration.template.queues.isEmpty ? nil : SQSAPI(service: queues),
            lambda: LambdaAPI(
                directory: directory, identifiers: identifiers,
                invoke: InvokeAPI(
                    asynchronous: asynchronous, clock: configuration.clock,
                    identifiers: identifiers, log: log),
                functions: FunctionsAPI(
                    directory: directory, accountID: configuration.accountID,
                    functionURLs: configuration.template.functionURLs,
                    port: { [server] in server.frontPort })),
            sites: FrontSites(configuration.template, FrontEnvironment(self)))
    }

    private func makeAdmin(_ parts: [any EmulatorPart]) -> AdminAPI {
        let isRecorded = configuration.recordBytesMax > 0
        let archive = isRecorded ? configuration.dataDirectory.map(InvocationArchive.init) : nil
        return AdminAPI(
            calls: [AdminPage().call, HealthReport(directory: directory).call]
                + FunctionsReport(directory: directory, template: configuration.template).calls
                + InvocationCalls(recorder: recorder, archive: archive, invoker: invoker).calls
                + LogCalls(history: log.history, directory: directory).calls
                + parts.flatMap(\.adminCalls))
    }

    /// Accepts requests; returns the port.
    func serve(_ front: FrontDoor) throws(EmulatorError) -> UInt16 {
        guard let number = UInt16(exactly: configuration.port) else {
            throw .listen(port: configuration.port, reason: "not a port number")
        }
        do {
            return try server.start(port: number, runtimeAPI: runtimeAPI, front: front)
        } catch .listen(let code) {
            throw .listen(port: configuration.port, reason: String(cString: strerror(code)))
        } catch {
            throw .system("the HTTP server: \(error)")
        }
    }

    private static func system<Value>(
        _ make: () throws(SystemCallError) -> Value
    ) throws(EmulatorError) -> Value {
        do {
            return try make()
        } catch {
            throw .system("\(error.call): \(error.reason)")
        }
    }
}
