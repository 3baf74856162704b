internal import Glibc
internal import HTTPServer
import Locking

/// Extensions take part in the life of an instance: it starts with them, an invocation is over when
/// they have asked for the next event, too, and they are told of its end.
extension FunctionPool {
    var accountID: String {
        let parts = environment.arnPrefix.split(separator: ":")
        return parts.count > 4 ? String(parts[4]) : ""
    }

    /// - Returns: The extension's identifier.
    func register(
        port: UInt16, extension name: String, events: [String]
    ) throws(RuntimeRefusal) -> String {
        let fresh = environment.identifiers.requestID()
        let (identifier, startsRuntime) = try state.withLock { state throws(RuntimeRefusal) in
            guard let stage = state.instances[port]?.stage else { throw .ended }
            var extensions = state.instances[port]?.extensions ?? ExtensionSet(external: [])
            if state.instances[port]?.extensions == nil {
                extensions.isRuntimeLaunched = true
                extensions.isClosed = stage != .starting
            }
            let identifier = try extensions.register(
                name, events: events, isShared: isShared, identifier: fresh)
            let startsRuntime = extensions.haveRegistered && !extensions.isRuntimeLaunched
            if startsRuntime { extensions.isRuntimeLaunched = true }
            state.instances[port]?.extensions = extensions
            return (identifier, startsRuntime)
        }
        if startsRuntime { environment.loop.execute { [self] in spawn(port) } }
        return identifier
    }

    /// An extension has done its part, and asks for the next event.
    func nextEvent(
        port: UInt16, _ identifier: String, _ responder: HTTPResponder
    ) throws(RuntimeRefusal) {
        let now = environment.clock.steadyNs()
        let (steps, older, lines, event) = try state.withLock { state throws(RuntimeRefusal) in
            guard var extensions = state.instances[port]?.extensions,
                let stage = state.instances[port]?.stage
            else {
                throw .extensions("UnknownExtensionIdentifier", "Unknown extension \(identifier)")
            }
            let index = try extensions.index(of: identifier)
            let wereBusy = extensions.areBusy
            try extensions.wait(index, responder)
            var event: [UInt8]?
            if extensions.members[index].isShutdownDue {
                extensions.members[index].isShutdownDue = false
                extensions.members[index].lane = nil
                extensions.members[index].state = .running
                event = shutdownEvent(state, port: port, at: now)
            }
            state.instances[port]?.extensions = extensions
            var steps: [Step] = []
            var older: [InstanceRecord] = []
            var lines: [[UInt8]] = []
            if stage == .starting, extensions.isClosed, extensions.areReady {
                lines = Self.lines(of: extensions)
                older = initEnded(&state, port: port, at: now)
                steps = offerParked(&state, port: port, at: now)
            } else if stage == .serving, wereBusy, !extensions.areBusy {
                steps = offerParked(&state, port: port, at: now)
            }
            return (steps, older, lines, event)
        }
        environment.log.lines(lines, from: definition.name)
        if let event { responder.respond(status: 200, fields: Self.json, body: event) }
        for step in steps { perform(step) }
        for record in older { askToEnd(record) }
    }

    func failExtension(
        port: UInt16, _ identifier: String, _ failed: ExtensionSet.State, errorType: String
    ) throws(RuntimeRefusal) {
        try state.withLock { state throws(RuntimeRefusal) in
            guard var extensions = state.instances[port]?.extensions else {
                throw .extensions("UnknownExtensionIdentifier", "Unknown extension \(identifier)")
            }
            try extensions.fail(
                try extensions.index(of: identifier), failed, errorType: errorType)
            state.instances[port]?.extensions = extensions
        }
    }

    /// Lanes that have waited for extensions are offered work.
    private func offerParked(_ state: inout State, port: UInt16, at now: Int64) -> [Step] {
        let lanes = state.instances[port]?.lanes ?? []
        state.instances[port]?.lanes = []
        return lanes.map { offerWork(&state, port: port, responder: $0, at: now) }
    }

    /// Tells extensions of an invocation.
    func tell(_ lanes: [HTTPResponder], of dispatch: Dispatch) {
        guard !lanes.isEmpty else { return }
        let body = ExtensionEvent.invoke(
            dispatch.invocation, arn: arn,
            deadlineMs: environment.clock.unixMs() + dispatch.leftMs)
        for lane in lanes {
            let identifier = environment.identifiers.requestID()
            lane.respond(
                status: 200,
                fields: Self.json + [("Lambda-Extension-Event-Identifier", identifier)],
                body: body)
        }
    }

    static var json: [(String, String)] { [("Content-Type", "application/json")] }

    /// As AWS writes them when the init phase is over.
    static func lines(of extensions: ExtensionSet) -> [[UInt8]] {
        extensions.members.map { member in
            let events = ExtensionSet.Event.allCases.filter(member.events.contains)
            let names = events.map(\.rawValue).joined(separator: ", ")
            let error = member.errorType.map { "\tError Type: \($0)" } ?? ""
            return Array(
                ("EXTENSION\tName: \(member.name)\tState: \(member.state.rawValue)\t"
                    + "Events: [\(names)]\(error)").utf8)
        }
    }
}
