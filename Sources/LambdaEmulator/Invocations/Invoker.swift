/// Invokes functions on behalf of the sources of events.
struct Invoker: Sendable {
    let directory: FunctionDirectory
    let identifiers: IdentifierSource
    let clock: EmulatorClock

    /// A call that goes to a function later.
    ///
    /// - Parameters:
    ///   - requestID: Nil makes a new one; a retry has that of the first attempt.
    ///   - sink: Takes the answer while it is made.
    func makeInvocation(
        _ event: [UInt8], from origin: InvocationOrigin, requestID: String? = nil,
        traceID: String? = nil, clientContext: String? = nil, sink: (any ResponseSink)? = nil,
        completion: @escaping @Sendable (InvocationOutcome) -> Void
    ) -> Invocation {
        let now = clock.unixMs()
        let context = Invocation.Context(
            traceID: traceID ?? identifiers.traceID(unixMs: now), origin: origin,
            clientContext: clientContext)
        return Invocation(
            requestID: requestID ?? identifiers.requestID(), event: event, context: context,
            acceptedMs: now, sink: sink, completion: completion)
    }

    /// Calls a function by its name; one that the template does not have refuses as a stopping
    /// emulator does.
    func invoke(
        _ function: String, _ event: [UInt8], from origin: InvocationOrigin,
        requestID: String? = nil, traceID: String? = nil,
        completion: @escaping @Sendable (InvocationOutcome) -> Void
    ) {
        guard let pool = directory.pool(named: function) else {
            return completion(.refused(.stopping))
        }
        pool.invoke(
            makeInvocation(
                event, from: origin, requestID: requestID, traceID: traceID,
                completion: completion))
    }
}
