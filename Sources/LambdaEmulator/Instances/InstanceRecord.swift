internal import HTTPServer

/// What a pool knows of one instance; lives under the pool's lock.
struct InstanceRecord {
    enum Phase {
        /// Started, has not asked for work yet.
        case starting
        /// Its /next waits here.
        case idle(HTTPResponder)
        case busy(Invocation)
        /// Has answered, and has not asked for work again yet.
        case answered
        /// Is being ended; only its exit is awaited.
        case ending
    }

    let port: UInt16
    var process: (any InstanceProcess)?
    var phase = Phase.starting
    let startedNs: Int64
    /// From the start to the first /next; taken out by the first report.
    var initNs: Int64?
    var dispatchedNs: Int64 = 0
    /// When the present phase must be over: `Int64.max` while idle or ending.
    var deadlineNs: Int64
    var peakMemoryMB = 0
    var memorySampledNs = Int64.min

    init(port: UInt16, startedNs: Int64, deadlineNs: Int64) {
        self.port = port
        self.startedNs = startedNs
        self.deadlineNs = deadlineNs
    }

    var isStarting: Bool { if case .starting = phase { true } else { false } }
    var isIdle: Bool { if case .idle = phase { true } else { false } }
    var isAnswered: Bool { if case .answered = phase { true } else { false } }
    var isEnding: Bool { if case .ending = phase { true } else { false } }
    var invocation: Invocation? {
        if case .busy(let invocation) = phase { invocation } else { nil }
    }
}
