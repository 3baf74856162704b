internal import Glibc
internal import HTTPServer

/// What a pool knows of one instance; lives under the pool's lock.
///
/// An instance has lanes: requests for work that wait here, and invocations it runs. A classic
/// instance has one lane; one that takes several invocations at once opens further lanes when it
/// pleases, and only those that wait are given work.
struct InstanceRecord {
    enum Stage {
        /// Started, has not asked for work yet.
        case starting
        case serving
        /// Is being ended; only its exit is awaited.
        case ending
    }

    /// Why it is ended, as extensions are told.
    enum EndReason: String {
        case spindown
        case timeout
        case failure
    }

    /// When a process is started, as AWS's INIT_REPORT names it.
    enum Phase: String {
        /// Ahead of any invocation, with a limit of its own.
        case initialize = "init"
        /// Once more after that limit, as part of the invocation and within its timeout.
        case invoke
    }

    let port: UInt16
    let phase: Phase
    /// Which of the function's code it runs: the highest is the newest.
    var generation = 0
    /// Newer code has come up: it ends after what it runs.
    var isRetiring = false
    var process: (any InstanceProcess)?
    var stage = Stage.starting
    let startedNs: Int64
    /// From the start to the first /next; taken out by the first report.
    var initNs: Int64?
    /// True until a start that is part of an invocation has been counted to it.
    var isInitOfInvocation: Bool
    /// When the start, or an end of its own accord, must be over; `Int64.max` otherwise.
    var deadlineNs: Int64
    /// Why it is ended, and by when nothing of it is to live.
    var endReason = EndReason.spindown
    var endNs = Int64.max
    /// Nil for most: what else there is besides its runtime.
    var extensions: ExtensionSet?
    /// Its /next requests that wait here.
    var lanes: [HTTPResponder] = []
    var running: [RunningInvocation] = []
    /// The most lanes it has ever had, waiting and running.
    var laneCountSeen = 0
    /// Ids whose time was over while their process lived on; as many as lanes at most.
    var timedOut: [String] = []
    /// What a classic instance has answered and not asked for work after.
    var answeredID: String?
    /// When it last answered.
    var answeredNs = Int64.min
    /// When a classic instance that has answered must have asked for work again: an invocation's
    /// time ends when it does.
    var returnByNs = Int64.max
    var peakMemoryMB = 0
    var memorySampledNs = Int64.min
    /// It has been given work since its memory was last looked at.
    var hasWorked = false
    /// Since when it waits for work, Unix milliseconds of the virtual clock.
    var idleSinceMs = Int64.max
    /// Its processes are stopped.
    var isFrozen = false
    /// A debugger was seen to be attached to it.
    var isTracingTold = false
    /// It was started stopped, and no debugger has taken hold of it yet.
    var isHeld = false
    /// What it had when it was killed for having too much.
    var memoryExceededMB: Int?
    var output = RecentOutput()
    /// Its runtime has said why the initialization failed: its exit needs no further word.
    var hasPostedInitError = false
    /// What its runtime's author was told, a bit for each kind.
    var toldLints: UInt32 = 0

    init(port: UInt16, phase: Phase, startedNs: Int64, deadlineNs: Int64) {
        self.port = port
        self.phase = phase
        self.startedNs = startedNs
        self.deadlineNs = deadlineNs
        isInitOfInvocation = phase == .invoke
    }

    var isStarting: Bool { stage == .starting }
    var isEnding: Bool { stage == .ending }

    /// Its memory may have grown.
    var isToBeMeasured: Bool {
        switch stage {
        case .starting: true
        case .serving: hasWorked || !running.isEmpty
        case .ending: false
        }
    }

    /// As the Runtime API names it.
    var state: RuntimeRefusal.State {
        switch stage {
        case .starting: .started
        case .ending: hasPostedInitError ? .initError : .answered
        case .serving:
            if let first = running.first {
                first.isAnswering ? .answering : .running
            } else {
                lanes.isEmpty ? .answered : .ready
            }
        }
    }

    /// When it must be looked at.
    var lookNs: Int64 {
        guard stage == .serving else { return deadlineNs }
        guard !isReturning else { return min(deadlineNs, returnByNs) }
        return running.reduce(deadlineNs) { min($0, $1.deadlineNs) }
    }

    /// It has answered and does not wait for work, or its extensions do not yet.
    var isReturning: Bool {
        stage == .serving && running.isEmpty && (lanes.isEmpty || extensions?.areBusy == true)
    }

    /// How many lanes have answered and have not asked for work again yet; a lane whose time was
    /// over may never do.
    var returningCount: Int {
        guard stage == .serving, !isRetiring else { return 0 }
        return max(0, laneCountSeen - lanes.count - running.count - timedOut.count)
    }

    /// Notes a lane that has come; true when it is one more than there ever were.
    mutating func countLanes() -> Bool {
        let count = lanes.count + running.count
        guard count > laneCountSeen else { return false }
        laneCountSeen = count
        return true
    }

    /// True when every lane it ever had waits for work.
    var isIdle: Bool {
        stage == .serving && !isRetiring && running.isEmpty && !lanes.isEmpty
            && lanes.count >= laneCountSeen && extensions?.areBusy != true
    }

    /// Stops its processes, or lets them go on. Under the pool's lock, so that what is stopped and
    /// what is given work come one after the other.
    mutating func setFrozen(_ frozen: Bool) {
        guard isFrozen != frozen else { return }
        isFrozen = frozen
        for process in processes { process.signal(frozen ? SIGSTOP : SIGCONT) }
    }

    /// Its runtime and the processes of its extensions, as far as they live.
    var processes: [any InstanceProcess] {
        ([process].compactMap { $0 }) + (extensions?.processes ?? [])
    }

    /// True for most: newer code has not come up, and it has no extensions.
    var isOrdinary: Bool { !isRetiring && extensions == nil }

    /// Gives it an invocation.
    ///
    /// - Returns: When that must be over, and requests of extensions that are to be told of it.
    mutating func begin(
        _ invocation: Invocation, at now: Int64, timeoutNs: Int64
    ) -> (deadlineNs: Int64, extensions: [HTTPResponder]) {
        setFrozen(false)
        // The start was part of the invocation: it counts.
        let beganNs = isInitOfInvocation ? startedNs : now
        isInitOfInvocation = false
        hasWorked = true
        running.append(
            RunningInvocation(
                invocation: invocation, dispatchedNs: beganNs, deadlineNs: beganNs + timeoutNs))
        return (beganNs + timeoutNs, extensions?.release() ?? [])
    }
}

/// An invocation that an instance was given.
struct RunningInvocation {
    let invocation: Invocation
    let dispatchedNs: Int64
    /// Put off while a debugger holds the process.
    var deadlineNs: Int64
    /// True once a streamed answer has begun: no other one is taken.
    var isAnswering = false
}
