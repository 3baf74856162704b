import TestSupport
import Foundation
import Glibc
import HTTPClient
import Locking
import StrictJSON

@testable import LambdaEmulator

/// The time as a test sets it.
final class ManualClock: Sendable {
    private let nowMs: Locked<Int64>

    init(unixMs: Int64 = 1_800_000_000_000) { nowMs = Locked(unixMs) }

    func advance(byMs ms: Int64) { nowMs.withLock { $0 += ms } }

    var clock: EmulatorClock {
        EmulatorClock(
            unixMs: { self.nowMs.withLock { $0 } },
            steadyNs: { self.nowMs.withLock { $0 } * 1_000_000 })
    }
}

/// Starts no process: the test itself is the runtime, over real HTTP.
final class TestSpawner: InstanceSpawner {
    let instances: AsyncStream<TestInstance>
    private let started: AsyncStream<TestInstance>.Continuation
    private let failure: InstanceLaunchError?
    let count = Locked(0)

    init(failure: InstanceLaunchError? = nil) {
        (instances, started) = AsyncStream.makeStream()
        self.failure = failure
    }

    func start(_ launch: InstanceLaunch) throws(InstanceLaunchError) -> any InstanceProcess {
        count.withLock { $0 += 1 }
        if let failure { throw failure }
        let instance = TestInstance(launch)
        started.yield(instance)
        return instance
    }

    /// No further instance is started.
    func end() { started.finish() }

    /// The next instance that was started.
    func next() async -> TestInstance? {
        for await instance in instances { return instance }
        return nil
    }
}

/// One instance, spoken for by the test.
final class TestInstance: InstanceProcess {
    struct Event: Sendable {
        let requestID: String
        let fields: [HTTPField]
        let body: String
        func field(_ name: String) -> String? {
            fields.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    let launch: InstanceLaunch
    private let running = Locked(true)
    private let printing = Locked<[[UInt8]]>([])
    let signals = Locked<[Int32]>([])
    /// Signals that do not end it.
    let ignored = Locked<Set<Int32>>([])

    init(_ launch: InstanceLaunch) { self.launch = launch }

    var isRunning: Bool { running.withLock { $0 } }
    var identifier: Int32 { 0 }
    /// A debugger is attached, says the test.
    let traced = Locked(false)
    var isTraced: Bool { traced.withLock { $0 } }
    var peakMemoryMB: Int? { 42 }
    /// What the process has, as the test says; nil is not known.
    let measured = Locked<ProcessMemory?>(nil)

    func memory() -> ProcessMemory? { measured.withLock { $0 } }
    func exactAnonymousBytes() -> Int? { measured.withLock { $0?.anonymousBytes } }

    func signal(_ signal: Int32) {
        signals.withLock { $0.append(signal) }
        let ends = [SIGKILL, SIGTERM].contains(signal) && !ignored.withLock { $0.contains(signal) }
        if ends { end(.signal(signal)) }
    }

    func drainOutput() {
        let lines = printing.withLock { lines in
            defer { lines = [] }
            return lines
        }
        if !lines.isEmpty { launch.output(lines) }
    }

    /// Prints a line that is only seen when the output is drained.
    func print(_ line: String) { printing.withLock { $0.append(Array(line.utf8)) } }

    /// The process has ended, but nobody has noticed yet.
    func die() { running.withLock { $0 = false } }

    func end(_ exit: ProcessExit) {
        let wasRunning = running.withLock { running in
            defer { running = false }
            return running
        }
        if wasRunning { launch.exited(exit) }
    }

    func send(
        _ method: String, _ path: String, fields: [HTTPField] = [], body: String? = nil
    ) async throws -> HTTPResponse {
        try await call(
            "http://\(launch.runtimeAPI)/2018-06-01/runtime/\(path)", method: method,
            fields: fields, body: body)
    }

    func next() async throws -> Event {
        let response = try await send("GET", "invocation/next")
        return Event(
            requestID: response.field(RuntimeField.requestID) ?? "status \(response.status)",
            fields: response.fields, body: String(decoding: response.body, as: UTF8.self))
    }

    @discardableResult
    func respond(_ requestID: String, _ body: String) async throws -> HTTPResponse {
        try await send("POST", "invocation/\(requestID)/response", body: body)
    }
}

/// What a request of the emulator's own API must have if it changes something.
let adminFields = [HTTPField(AdminAPI.requiredField, "test")]

/// Sends a request on a thread of its own.
func call(
    _ url: String, method: String = "GET", fields: [HTTPField] = [], body: String? = nil
) async throws -> HTTPResponse {
    try await onThread {
        // No test is about this deadline: a busy machine may take its time.
        let limits = HTTPLimits(deadlineMs: 600_000, responseBytesMax: 16_000_000)
        let connection = try HTTPConnection(
            limits: limits, policy: .unrestricted, userAgent: "test")
        return try connection.send(
            HTTPRequest(
                method: method, url: url, fields: fields, body: body.map { Array($0.utf8) }))
    }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A configuration that logs nowhere.
func quietConfiguration(
    _ template: Template, spawner: (any InstanceSpawner)? = nil, clock: EmulatorClock? = nil
) -> EmulatorConfiguration {
    var configuration = EmulatorConfiguration(template: template)
    configuration.logDescriptor = open("/dev/null", O_WRONLY | O_CLOEXEC)
    configuration.spawner = spawner
    configuration.graceMs = 50
    if let clock {
        configuration.clock = clock
    } else {
        // By the system's clock a busy machine may take its time: no such test is about the limit.
        configuration.limits.initMs = 600_000
    }
    return configuration
}

/// Waits for a condition that another thread brings about; false after a very long time.
func eventually(_ condition: () -> Bool) async -> Bool {
    let end = EmulatorClock.system.steadyNs() + 60_000_000_000
    while EmulatorClock.system.steadyNs() < end {
        if condition() { return true }
        await Task.yield()
    }
    return false
}
