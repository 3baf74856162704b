internal import HTTPServer

/// The extensions of one instance: processes beside its runtime, and parts of the runtime itself;
/// lives under the pool's lock.
///
/// Errors are those of AWS's runtime interface emulator.
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
struct ExtensionSet {
    enum Event: String, CaseIterable {
        case invoke = "INVOKE"
        case shutdown = "SHUTDOWN"
    }

    /// As the API and the log name them.
    enum State: String {
        case started = "Started"
        case registered = "Registered"
        case ready = "Ready"
        case running = "Running"
        case initError = "InitError"
        case exitError = "ExitError"
        case launchError = "LaunchError"
        case exited = "Exited"
    }

    struct Member {
        let name: String
        let identifier: String
        /// A process of its own.
        let isExternal: Bool
        var state = State.started
        var events: Set<Event> = []
        var process: (any InstanceProcess)?
        /// Its request for the next event that waits here.
        var lane: HTTPResponder?
        /// What it said of its failure, or why it could not be launched.
        var errorType: String?
        /// It is to be told of the end of the instance.
        var isShutdownDue = false

        var isAlive: Bool { process != nil }
    }

    static let countMax = 10

    var members: [Member] = []
    /// The runtime has asked for work: nobody can register any more.
    var isClosed = false
    var isRuntimeLaunched = false

    /// - Parameter external: Names of the programs that are started, with their identifiers.
    init(external: [(name: String, identifier: String)]) {
        members = external.map {
            Member(name: $0.name, identifier: $0.identifier, isExternal: true)
        }
    }

    /// True once every program has registered: then the runtime is started.
    var haveRegistered: Bool { members.allSatisfy { $0.state != .started } }
    var areReady: Bool { members.allSatisfy { $0.state == .ready } }
    /// True while one works on an invocation.
    var areBusy: Bool { members.contains { $0.state == .running } }
    var areAlive: Bool { members.contains(where: \.isAlive) }
    var hasExternal: Bool { members.contains(where: \.isExternal) }
    var processes: [any InstanceProcess] { members.compactMap(\.process) }

    func index(of identifier: String) throws(RuntimeRefusal) -> Int {
        let wanted = identifier.lowercased()
        guard let index = members.firstIndex(where: { $0.identifier == wanted }) else {
            throw .extensions("UnknownExtensionIdentifier", "Unknown extension \(wanted)")
        }
        return index
    }

    /// - Parameters:
    ///   - isShared: Several invocations at once: then there is no INVOKE.
    ///   - identifier: For one that is part of the runtime.
    /// - Returns: The identifier.
    mutating func register(
        _ name: String, events: [String], isShared: Bool, identifier: String
    ) throws(RuntimeRefusal) -> String {
        guard let index = members.firstIndex(where: { $0.name == name && $0.isExternal }) else {
            return try registerInternal(
                name, events: events, isShared: isShared, identifier: identifier)
        }
        let wanted = try Self.events(events, isShared: isShared, isExternal: true)
        guard members[index].state == .started else {
            throw Self.transition(members[index], to: .registered, named: name)
        }
        members[index].events = wanted
        members[index].state = .registered
        return members[index].identifier
    }

    private mutating func registerInternal(
        _ name: String, events: [String], isShared: Bool, identifier: String
    ) throws(RuntimeRefusal) -> String {
        let wanted = try Self.events(events, isShared: isShared, isExternal: false)
        guard !isClosed else {
            throw .extensions("RegistrationClosed", "Extension registration closed already")
        }
        guard members.count < Self.countMax else {
            throw .extensions("TooManyExtensions", "Extension limit (\(Self.countMax)) reached")
        }
        guard !members.contains(where: { $0.name == name }) else {
            throw .extensions(
                "InvalidExtensionState", "Extension with this name already registered")
        }
        members.append(
            Member(
                name: name, identifier: identifier, isExternal: false, state: .registered,
                events: wanted))
        return identifier
    }

    private static func events(
        _ names: [String], isShared: Bool, isExternal: Bool
    ) throws(RuntimeRefusal) -> Set<Event> {
        var events: Set<Event> = []
        for name in names {
            guard let event = Event(rawValue: name), !(isShared && event == .invoke) else {
                throw .extensions("InvalidEventType", "\(name): ErrorInvalidEventType")
            }
            guard isExternal || event != .shutdown else {
                throw .extensions(
                    "InvalidEventType",
                    "\(name): ShutdownEventNotSupportedForInternalExtension")
            }
            events.insert(event)
        }
        return events
    }

    /// It asks for the next event, and waits for it.
    mutating func wait(_ index: Int, _ responder: HTTPResponder) throws(RuntimeRefusal) {
        guard [.registered, .running].contains(members[index].state) else {
            throw Self.transition(members[index], to: .ready)
        }
        members[index].state = .ready
        members[index].lane = responder
    }

    /// It says that it failed, in its init or later; it is expected to end itself.
    mutating func fail(
        _ index: Int, _ failed: State, errorType: String
    ) throws(RuntimeRefusal) {
        let allowed: [State] =
            failed == .initError ? [.registered] : [.registered, .ready, .running]
        if members[index].state == failed { return }
        guard allowed.contains(members[index].state) else {
            throw Self.transition(members[index], to: failed)
        }
        members[index].state = failed
        members[index].errorType = errorType
    }

    /// Lets those go that take part in an invocation; returns their requests.
    mutating func release() -> [HTTPResponder] {
        var lanes: [HTTPResponder] = []
        for index in members.indices
        where members[index].state == .ready && members[index].events.contains(.invoke) {
            members[index].state = .running
            if let lane = members[index].lane.take() { lanes.append(lane) }
        }
        return lanes
    }

    /// The instance ends: those that want to be told of it are let go, or are when they ask next.
    ///
    /// - Returns: The requests that wait, and the processes that need not be told.
    mutating func shutDown() -> (lanes: [HTTPResponder], untold: [any InstanceProcess]) {
        var lanes: [HTTPResponder] = []
        var untold: [any InstanceProcess] = []
        for index in members.indices where members[index].isAlive {
            guard members[index].events.contains(.shutdown) else {
                if let process = members[index].process { untold.append(process) }
                continue
            }
            if let lane = members[index].lane.take() {
                members[index].state = .running
                lanes.append(lane)
            } else {
                members[index].isShutdownDue = true
            }
        }
        return (lanes, untold)
    }

    private static func transition(
        _ member: Member, to wanted: State, named name: String? = nil
    ) -> RuntimeRefusal {
        .extensions(
            "InvalidExtensionState",
            "State transition from \(member.state.rawValue) to \(wanted.rawValue) failed for "
                + "extension \(name ?? member.identifier). Error: State transition is not allowed")
    }
}

extension RuntimeRefusal {
    static func extensions(_ type: String, _ message: String) -> RuntimeRefusal {
        RuntimeRefusal(
            status: 403, errorType: "Extension.\(type)", message: message, lint: .extensions)
    }
}
