import Locking

internal import Glibc
internal import HTTPServer

/// A local AWS Lambda: runs the functions of a SAM template as the processes they are deployed as.
///
/// One port serves the template's HTTP routes, the Lambda API and the emulator's own page; each
/// instance of a function talks to a Runtime API port of its own. Nothing listens beyond
/// 127.0.0.1. Processes are killed when the emulator ends, however it ends.
///
/// In a test:
///
///     let emulator = try EmulatorServer(template: "infra/template.yaml")
///     let result = try await emulator.invoke("greeter", #"{"name": "Ada"}"#)
///     #expect(result.text == #""Hello, Ada""#)
///     #expect(result.logText.contains("greeting Ada"))
///     let fired = try await emulator.advance(by: .seconds(3_600))
///     #expect(fired.map(\.source) == [.schedule("Hourly")])
///     #expect(emulator.invocations.count == 2)
public final class EmulatorServer: Sendable {
    private let configuration: EmulatorConfiguration
    private let running = Locked<RunningEmulator?>(nil)

    /// Makes an emulator that does not run yet.
    public init(_ configuration: EmulatorConfiguration) { self.configuration = configuration }

    deinit { stop() }

    /// Starts serving; returns when requests are accepted.
    public func start() throws(EmulatorError) {
        let started = try RunningEmulator(configuration)
        running.withLock { $0 = started }
    }

    /// The port on 127.0.0.1; 0 while it is not running.
    public var port: Int { running.withLock { $0.map { Int($0.port) } ?? 0 } }

    /// The last invocations that have ended, oldest first: as many as the configuration keeps.
    ///
    /// An answer's invocation is among them by the time its caller has the answer. Empty while the
    /// emulator is not running.
    public var invocations: [RecordedInvocation] {
        guard let emulator = running.withLock({ $0 }) else { return [] }
        return emulator.recorder.last(configuration.recentInvocationsMax).reversed()
    }

    /// The last lines of the log, 1 MB at most; empty while the emulator is not running.
    public var log: String {
        guard let emulator = running.withLock({ $0 }) else { return "" }
        return emulator.logText
    }

    /// Runs a function once, like the Invoke API.
    ///
    /// - Parameters:
    ///   - function: Its name, its logical id or its ARN.
    ///   - payload: The event, JSON.
    ///   - clientContext: JSON that the function gets as its client context.
    /// - Returns: Its answer, or its failure.
    public func invoke(
        function: String, payload: [UInt8], clientContext: String? = nil
    ) async throws(EmulatorError) -> InvocationResult {
        let promised = await withCheckedContinuation { continuation in
            do throws(EmulatorError) {
                try begin(function, payload, clientContext: clientContext) {
                    continuation.resume(returning: $0)
                }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try promised.get()
    }

    /// Calls a function; `completion` is called once, unless this throws.
    func begin(
        _ function: String, _ payload: [UInt8], clientContext: String? = nil,
        sink: (any ResponseSink)? = nil,
        completion: @escaping @Sendable (Result<InvocationResult, EmulatorError>) -> Void
    ) throws(EmulatorError) {
        guard let emulator = running.withLock({ $0 }) else { throw .notRunning }
        guard let pool = emulator.directory.pool(named: function) else {
            throw .unknownFunction(function)
        }
        pool.invoke(
            emulator.invoker.makeInvocation(
                payload, from: .invoke, clientContext: clientContext, sink: sink
            ) { outcome in
                switch outcome {
                case .completed(let result): completion(.success(result))
                case .refused(.throttled): completion(.failure(.throttled))
                case .refused(.stopping): completion(.failure(.notRunning))
                case .refused(.buildFailed(let failure)):
                    completion(.failure(.buildFailed(failure.text)))
                }
            })
    }

    /// Puts the emulator's clock ahead, and lets everything happen that falls due on the way.
    ///
    /// Schedules fire, failed asynchronous events are tried again, delays and visibility timeouts
    /// of queues end, in the order of their times; what is due at one moment is over before the
    /// next one comes. Functions see the machine's clock, whatever this one says.
    ///
    /// - Parameter duration: Not negative, up to ten years.
    /// - Returns: The invocations that came of it: the same list in two runs, if the functions do
    ///   the same.
    /// - Throws: `clockBusy` while it is being put ahead already.
    public func advance(by duration: Duration) async throws(EmulatorError) -> [FiredEvent] {
        guard let emulator = running.withLock({ $0 }) else { throw .notRunning }
        let (seconds, attoseconds) = duration.components
        let ms = min(max(0, seconds), TimeSpan.msMax / 1_000) * 1_000
        let restMs = attoseconds / 1_000_000_000_000_000
        let advance = await withCheckedContinuation { continuation in
            let isBegun = emulator.clockDriver.advance(byMs: ms + max(0, restMs)) {
                continuation.resume(returning: $0 as ClockDriver.Advance?)
            }
            if !isBegun { continuation.resume(returning: nil) }
        }
        guard let advance else { throw .clockBusy }
        return advance.events
    }

    /// Waits until all that events have set going is over, or waits for a later time.
    ///
    /// Those are asynchronous events that were accepted, what schedules have fired, messages that
    /// wait in queues for a function, changes of tables, and all that comes of them. A retry that
    /// falls due later is not waited for: see ``advance(by:)``.
    public func settle() async {
        guard let emulator = running.withLock({ $0 }) else { return }
        await withCheckedContinuation { continuation in
            emulator.clockDriver.whenSettled { continuation.resume() }
        }
    }

    /// Finishes what runs, within the grace, ends all processes and stops serving.
    ///
    /// Blocks for as long as that takes; a second call does nothing.
    public func stop() { running.withLock { $0.take() }?.stop() }

    /// For a clock that was set by hand: looks at timeouts and schedules now.
    func clockChanged() { running.withLock { $0 }?.loop.clockChanged() }

    /// For tests: a function's instances.
    func pool(named name: String) -> FunctionPool? {
        running.withLock { $0 }?.directory.pool(named: name)
    }
}
