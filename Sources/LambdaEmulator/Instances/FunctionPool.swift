import Locking

internal import HTTPServer

/// The instances of one function and the calls that wait for one.
///
/// One lock with short critical sections; what they decide is done after the lock is released, on
/// the thread that came. So a call is handed from the front's handler straight to an idle
/// instance's suspended /next, and its answer straight back.
final class FunctionPool: Sendable {
    struct State {
        var instances: [UInt16: InstanceRecord] = [:]
        /// A port for each lane that waits; the last one is used first, so that others can cool.
        var idle: [UInt16] = []
        var waiting: InvocationQueue
        /// Starts decided on whose record does not exist yet.
        var launches = 0
        /// Starts under way, launches included.
        var starting = 0
        /// How long the last start took until the first /next; nil before the first one.
        var initNs: Int64?
        /// When the pool last became able to do more at once: a start, or a further lane.
        var grownNs = Int64.min
        /// When the memory of its instances was last looked at.
        var measuredNs = Int64.min
        /// Why the code cannot be built; nil when it can.
        var buildFailure: BuildFailure?
        /// Counts up whenever the function's code changes.
        var generation = 0
        /// The newest code did not come up.
        var failedGeneration: Int?
        var isStopping = false
        var whenDrained: (@Sendable () -> Void)?

        var inFlight: Int { instances.values.reduce(0) { $0 + $1.running.count } }
    }

    let definition: FunctionDefinition
    let environment: PoolEnvironment
    let arn: String
    /// Its instance waits for a debugger before it begins.
    let isDebugged: Bool
    let state: Locked<State>
    /// Told of the end of each call.
    private let observer: InvocationObserver

    init(definition: FunctionDefinition, environment: PoolEnvironment) {
        isDebugged = [definition.name, definition.logicalID].contains(
            environment.policy.debuggedFunction)
        var definition = definition
        // Somebody steps through it: one process is enough.
        if let unreserved = environment.policy.unreservedConcurrencyMax,
            !definition.isConcurrencyReserved
        {
            definition.concurrencyMax = unreserved
        }
        if isDebugged { definition.concurrencyMax = min(1, definition.concurrencyMax) }
        self.definition = definition
        self.environment = environment
        arn = environment.arnPrefix + definition.name
        observer = InvocationObserver(
            of: definition, recorder: environment.recorder, warnings: environment.warnings)
        state = Locked(State(waiting: InvocationQueue()))
    }

    /// True when one instance takes several invocations at once, as Lambda Managed Instances do.
    var isShared: Bool { definition.invocationsPerInstanceMax > 1 }

    /// What is to be done once the lock is released.
    enum Step {
        case none
        case dispatch(Dispatch)
        case start(Int, InstanceRecord.Phase)
        /// Nothing yet; but the queue is to be looked at again by this steady time.
        case look(byNs: Int64)
        case refuse(InvocationRefusal)
    }

    /// A call on its way to an instance that waits for it.
    struct Dispatch {
        let invocation: Invocation
        let responder: HTTPResponder
        /// When it is to be looked at.
        let lookNs: Int64
        /// How long the invocation may still take.
        let leftMs: Int64
        /// Requests of extensions that are told of the invocation.
        var extensions: [HTTPResponder] = []
    }

    /// Hands the call to a lane that waits, or queues it and sees that an instance comes up.
    func invoke(_ invocation: Invocation) {
        invocation.observe(by: observer)
        let now = environment.clock.steadyNs()
        let step = state.withLock { state -> Step in
            guard !state.isStopping else { return .refuse(.stopping) }
            if let failure = state.buildFailure { return .refuse(.buildFailed(failure)) }
            guard definition.concurrencyMax > 0 else { return .refuse(throttled) }
            if let dispatch = takeIdle(&state, for: invocation, at: now) {
                return .dispatch(dispatch)
            }
            guard mayWait(state) else { return .refuse(throttled) }
            state.waiting.append(invocation, at: now)
            return grow(&state, at: now)
        }
        perform(step, for: invocation)
    }

    private var throttled: InvocationRefusal {
        .throttled(isReserved: definition.isConcurrencyReserved)
    }

    func perform(_ step: Step, for invocation: Invocation? = nil) {
        switch step {
        case .none: break
        case .dispatch(let dispatch): send(dispatch)
        case .start(let count, let phase): for _ in 0..<count { start(phase) }
        case .look(let timeNs): environment.loop.wake(byNs: timeNs)
        case .refuse(let refusal): invocation?.refuse(refusal)
        }
    }

    private func takeIdle(
        _ state: inout State, for invocation: Invocation, at now: Int64
    ) -> Dispatch? {
        while let port = state.idle.popLast() {
            // Its end may not have been reported yet: then the call goes to another one.
            guard state.instances[port]?.process?.isRunning != false else {
                state.instances[port]?.stage = .ending
                continue
            }
            guard let responder = state.instances[port]?.lanes.popLast() else { continue }
            return assign(invocation, &state, port: port, responder: responder, at: now)
        }
        return nil
    }

    func assign(
        _ invocation: Invocation, _ state: inout State, port: UInt16, responder: HTTPResponder,
        at now: Int64
    ) -> Dispatch {
        let timeoutNs = Int64(definition.timeoutMs) * 1_000_000
        let begun = state.instances[port]?.begin(invocation, at: now, timeoutNs: timeoutNs)
        let deadlineNs = begun?.deadlineNs ?? now
        let sampleNs = environment.limits.memorySampleMs * 1_000_000
        return Dispatch(
            invocation: invocation, responder: responder,
            lookNs: min(deadlineNs, now + sampleNs), leftMs: (deadlineNs - now) / 1_000_000,
            extensions: begun?.extensions ?? [])
    }

    /// Notes the start of an invocation, and hands its event over.
    private func send(_ dispatch: Dispatch) {
        let invocation = dispatch.invocation
        environment.loop.wake(byNs: dispatch.lookNs)
        let line = [PlatformLines.start(invocation.requestID)]
        invocation.log.append(line)
        environment.log.lines(line, from: definition.name)
        tell(dispatch.extensions, of: dispatch)
        handOver(dispatch)
    }

    /// Answers the instance's /next with the event.
    func handOver(_ dispatch: Dispatch) {
        let invocation = dispatch.invocation
        let deadlineMs = environment.clock.unixMs() + dispatch.leftMs
        var fields = [
            ("Content-Type", "application/json"),
            (RuntimeField.requestID, invocation.requestID),
            (RuntimeField.deadline, String(deadlineMs)),
            (RuntimeField.functionARN, arn),
            (RuntimeField.traceID, invocation.context.traceID),
        ]
        if let clientContext = invocation.context.clientContext {
            fields.append((RuntimeField.clientContext, clientContext))
        }
        if let tenantID = invocation.context.tenantID {
            fields.append((RuntimeField.tenantID, tenantID))
        }
        dispatch.responder.respond(status: 200, fields: fields, body: invocation.event)
    }

    var status: PoolStatus {
        state.withLock { state in
            let warm = state.instances.values.count { !$0.isStarting && !$0.isEnding }
            return PoolStatus(
                warm: warm, starting: state.starting, inFlight: state.inFlight,
                waiting: state.waiting.count)
        }
    }
}
