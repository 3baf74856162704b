import Glibc
import HTTPClient
import Locking
import StrictJSON
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Extensions")
struct ExtensionTests {
    private let spawner = TestSpawner()
    private let clock = ManualClock()
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func started(
        external: [String] = [], perInstance: Int = 1, terminationMs: Int = 500
    ) throws -> EmulatorServer {
        for name in external {
            try folder.write("layer/extensions/\(name)", "#!/bin/sh\n", mode: 0o755)
        }
        var definition = FunctionDefinition(
            name: "f", codeDirectory: "/none", invocationsPerInstanceMax: perInstance)
        definition.layers = [folder.path + "/layer"]
        var configuration = quietConfiguration(
            Template(functions: [definition]), spawner: spawner, clock: clock.clock)
        configuration.instances.terminationMs = terminationMs
        let server = EmulatorServer(configuration)
        try server.start()
        return server
    }

    /// A task of its own: a test that fails does not wait for what is never answered.
    private func invocation(
        _ text: String, _ server: EmulatorServer
    ) -> Task<InvocationResult, any Error> {
        Task { try await server.invoke(function: "f", payload: Array(text.utf8)) }
    }

    private func pass(_ ms: Int64, _ server: EmulatorServer) {
        clock.advance(byMs: ms)
        server.clockChanged()
    }

    /// A call on the port of the instance's Runtime API.
    private func send(
        _ instance: TestInstance, _ method: String, _ path: String,
        identifier: String? = nil, name: String? = nil, type: String? = nil, body: String? = nil
    ) async throws -> HTTPResponse {
        let fields = [
            identifier.map { HTTPField("Lambda-Extension-Identifier", $0) },
            name.map { HTTPField("Lambda-Extension-Name", $0) },
            type.map { HTTPField("Lambda-Extension-Function-Error-Type", $0) },
        ].compactMap { $0 }
        return try await call(
            "http://\(instance.launch.runtimeAPI)/2020-01-01/extension/\(path)", method: method,
            fields: fields, body: body)
    }

    /// How many requests for work wait, offered or not.
    private static func lanes(_ pool: FunctionPool) -> Int {
        pool.state.withLock { $0.instances.values.reduce(0) { $0 + $1.lanes.count } }
    }

    private func register(
        _ instance: TestInstance, _ name: String, _ events: [String]
    ) async throws -> String {
        let names = events.map { "\"\($0)\"" }.joined(separator: ",")
        let answer = try await send(
            instance, "POST", "register", name: name, body: #"{"events":[\#(names)]}"#)
        try #require(answer.status == 200, "\(answer.text)")
        return try #require(answer.field("Lambda-Extension-Identifier"))
    }

    private func next(_ instance: TestInstance, _ identifier: String) async throws -> JSONValue {
        let answer = try await send(instance, "GET", "event/next", identifier: identifier)
        try #require(answer.status == 200, "\(answer.text)")
        return try StrictJSON.parse(answer.body)
    }

    @Test("the runtime starts after the extensions, and the init ends when all have asked for work")
    func initialises() async throws {
        let server = try started(external: ["logger"])
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        let result = invocation("1", server)
        let process = try #require(await spawner.next())
        #expect(process.launch.extensionPath == folder.path + "/layer/extensions/logger")
        #expect(spawner.count.withLock { $0 } == 1)
        let identifier = try await register(process, "logger", ["INVOKE", "SHUTDOWN"])
        let runtime = try #require(await spawner.next())
        #expect(runtime.launch.extensionPath == nil)
        #expect(runtime.launch.runtimeAPI == process.launch.runtimeAPI)
        async let work = runtime.next()
        #expect(await eventually { Self.lanes(pool) == 1 })
        #expect(pool.status.starting == 1, "the extension is not ready")
        async let told = next(process, identifier)
        let given = try await work
        let invoke = try await told
        #expect(invoke["eventType"]?.string == "INVOKE")
        #expect(invoke["requestId"]?.string == given.requestID)
        #expect(invoke["deadlineMs"]?.number?.integer == clock.clock.unixMs() + 3_000)
        #expect(
            invoke["invokedFunctionArn"]?.string
                == "arn:aws:lambda:us-east-1:123456789012:function:f")
        #expect(invoke["tracing"]?["type"]?.string == "X-Amzn-Trace-Id")
        #expect(
            invoke["tracing"]?["value"]?.string == given.field("Lambda-Runtime-Trace-Id"))
        try await runtime.respond(given.requestID, "1")
        #expect(try await result.value.text == "1")
        #expect(
            server.log.contains("EXTENSION\tName: logger\tState: Ready\tEvents: [INVOKE, SHUTDOWN]")
        )
        process.end(.status(0))
    }

    @Test("an answer goes out at once, but the next event waits for the extensions")
    func waits() async throws {
        let server = try started()
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        let first = invocation("1", server)
        let runtime = try #require(await spawner.next())
        let identifier = try await register(runtime, "inside", ["INVOKE"])
        async let one = runtime.next()
        async let told = next(runtime, identifier)
        let given = try await one
        _ = try await told
        try await runtime.respond(given.requestID, "1")
        #expect(try await first.value.text == "1")
        async let two = runtime.next()
        #expect(await eventually { Self.lanes(pool) == 1 })
        let second = invocation("2", server)
        #expect(await eventually { pool.status.waiting == 1 })
        async let again = next(runtime, identifier)
        let more = try await two
        #expect(more.body == "2")
        #expect(try await again["requestId"]?.string == more.requestID)
        try await runtime.respond(more.requestID, "2")
        #expect(try await second.value.text == "2")
    }

    @Test("extensions that take longer than the invocation may end their instance")
    func takesTooLong() async throws {
        let server = try started()
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        let result = invocation("1", server)
        let runtime = try #require(await spawner.next())
        let identifier = try await register(runtime, "inside", ["INVOKE"])
        async let work = runtime.next()
        _ = try await next(runtime, identifier)
        try await runtime.respond(try await work.requestID, "1")
        #expect(try await result.value.text == "1")
        async let parked = runtime.send("GET", "invocation/next")
        #expect(await eventually { Self.lanes(pool) == 1 })
        runtime.traced.withLock { $0 = true }
        pass(3_000, server)
        #expect(await eventually { server.log.contains("its time stands still") })
        runtime.traced.withLock { $0 = false }
        pass(3_000, server)
        #expect(await eventually { runtime.signals.withLock { $0 } == [SIGKILL] })
        #expect(try await parked.status == 500)
        #expect(pool.liveCount == 0)
    }

    @Test("after an init error of the runtime its extensions are told, and have their time")
    func initError() async throws {
        let server = try started(external: ["told"])
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        let result = invocation("1", server)
        let told = try #require(await spawner.next())
        let identifier = try await register(told, "told", ["SHUTDOWN"])
        let runtime = try #require(await spawner.next())
        _ = try await runtime.send("POST", "init/error", body: #"{"errorType":"Mine"}"#)
        #expect(try await result.value.text == #"{"errorType":"Mine"}"#)
        runtime.end(.status(1))
        #expect(
            await eventually { pool.state.withLock { $0.instances.values.first?.process == nil } })
        let shutdown = try await next(told, identifier)
        #expect(shutdown["shutdownReason"]?.string == "failure")
        #expect(shutdown["deadlineMs"]?.number?.integer == clock.clock.unixMs() + 2_000)
        pass(2_000, server)
        #expect(await eventually { told.signals.withLock { $0 } == [SIGKILL] })
        #expect(await eventually { pool.liveCount == 0 })
    }

    @Test(
        "at the end the runtime is asked first, then extensions are told why, then all are killed")
    func shutsDown() async throws {
        let server = try started(external: ["told", "untold"], terminationMs: 0)
        let pool = try #require(server.pool(named: "f"))
        let result = invocation("1", server)
        var processes: [String: TestInstance] = [:]
        for _ in 0..<2 {
            let process = try #require(await spawner.next())
            let path = try #require(process.launch.extensionPath)
            processes[FunctionPool.name(of: path)] = process
        }
        let told = try #require(processes["told"])
        let untold = try #require(processes["untold"])
        let first = try await register(told, "told", ["SHUTDOWN"])
        let second = try await register(untold, "untold", [])
        let runtime = try #require(await spawner.next())
        async let end = next(told, first)
        async let nothing = send(untold, "GET", "event/next", identifier: second)
        let work = try await runtime.next()
        runtime.end(.status(1))
        #expect(try await result.value.failure?.errorType == "Runtime.ExitError")
        let shutdown = try await end
        #expect(shutdown["eventType"]?.string == "SHUTDOWN")
        #expect(shutdown["shutdownReason"]?.string == "failure")
        #expect(shutdown["deadlineMs"]?.number?.integer == clock.clock.unixMs() + 2_000)
        #expect(await eventually { untold.signals.withLock { $0 } == [SIGKILL] })
        #expect(told.signals.withLock { $0 } == [])
        #expect(pool.liveCount == 1, "one still has time")
        pass(2_000, server)
        #expect(await eventually { told.signals.withLock { $0 } == [SIGKILL] })
        #expect(await eventually { pool.liveCount == 0 })
        #expect(work.body == "1")
        try await onThread { server.stop() }
        #expect(try await nothing.status >= 500)
    }

    @Test("an idle end begins with SIGTERM, and the extension learns of it when it asks next")
    func spinsDown() async throws {
        let server = try started(external: ["late"])
        defer { server.stop() }
        let pool = try #require(server.pool(named: "f"))
        let result = invocation("1", server)
        let late = try #require(await spawner.next())
        let identifier = try await register(late, "late", ["INVOKE", "SHUTDOWN"])
        let runtime = try #require(await spawner.next())
        async let work = runtime.next()
        _ = try await next(late, identifier)
        try await runtime.respond(try await work.requestID, "1")
        _ = try await result.value
        pool.end()
        #expect(await eventually { runtime.signals.withLock { $0 } == [SIGTERM] })
        #expect(
            await eventually { pool.state.withLock { $0.instances.values.first?.process == nil } })
        let shutdown = try await next(late, identifier)
        #expect(shutdown["shutdownReason"]?.string == "spindown")
        late.end(.status(0))
        #expect(await eventually { pool.liveCount == 0 })
        #expect(late.signals.withLock { $0 } == [])
    }

    @Test(
        "an extension that fails ends its instance, and is named",
        arguments: [
            ("", "Extension.Crash", "Exited"), ("init/error", "Extension.InitError", "InitError"),
            ("exit/error", "Extension.ExitError", "ExitError"),
        ])
    func fails(path: String, type: String, state: String) async throws {
        let server = try started(external: ["broken"])
        defer { server.stop() }
        let result = invocation("1", server)
        let broken = try #require(await spawner.next())
        let identifier = try await register(broken, "broken", ["INVOKE"])
        let runtime = try #require(await spawner.next())
        let pool = try #require(server.pool(named: "f"))
        async let work = runtime.send("GET", "invocation/next")
        #expect(await eventually { Self.lanes(pool) == 1 })
        if !path.isEmpty {
            let answer = try await send(
                broken, "POST", path, identifier: identifier, type: "Extension.Mine", body: "{}")
            #expect(answer.status == 202)
        }
        broken.end(.status(3))
        let failed = try await result.value
        #expect(
            failed.text == #"{"errorType":"\#(type)","errorMessage":"RequestId: "#
                + #"\#(failed.requestID) Error: exit status 3"}"#)
        #expect(failed.explanation?.contains("its extension broken failed: exit status 3") == true)
        #expect(await eventually { runtime.signals.withLock { $0.first } == SIGTERM })
        #expect(try await work.status == 500)
        #expect(server.log.contains("EXTENSION\tName: broken\tState: \(state)\tEvents: [INVOKE]"))
        #expect(server.log.contains("Phase: init\tStatus: error\tError Type: \(type)"))
    }

    @Test("wrong calls get AWS's errors")
    func refuses() async throws {
        let server = try started(external: ["outside"])
        defer { server.stop() }
        let result = invocation("1", server)
        let process = try #require(await spawner.next())
        func expect(
            _ answer: HTTPResponse, _ type: String, _ message: String
        ) {
            #expect(answer.status == 403)
            #expect(
                answer.text == #"{"errorMessage":"\#(message)","errorType":"\#(type)"}"#)
        }
        expect(
            try await send(process, "POST", "register", body: "{}"),
            "Extension.InvalidExtensionName", "Empty extension name")
        expect(
            try await send(process, "POST", "register", name: "outside", body: "{"),
            "InvalidRequestFormat", "the body is not a JSON object")
        expect(
            try await send(
                process, "POST", "register", name: "outside", body: #"{"events":["X"]}"#),
            "Extension.InvalidEventType", "X: ErrorInvalidEventType")
        expect(
            try await send(
                process, "POST", "register", name: "inside", body: #"{"events":["SHUTDOWN"]}"#),
            "Extension.InvalidEventType",
            "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension")
        expect(
            try await send(process, "GET", "event/next"),
            "Extension.MissingExtensionIdentifier", "Missing Lambda-Extension-Identifier header")
        expect(
            try await send(process, "GET", "event/next", identifier: "x"),
            "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier")
        let unknown = "3da1f2dc-3222-475e-9205-e2e6c6318895"
        expect(
            try await send(process, "GET", "event/next", identifier: unknown),
            "Extension.UnknownExtensionIdentifier", "Unknown extension \(unknown)")
        let identifier = try await register(process, "outside", [])
        expect(
            try await send(process, "POST", "register", name: "outside", body: "{}"),
            "Extension.InvalidExtensionState",
            "State transition from Registered to Registered failed for extension outside. "
                + "Error: State transition is not allowed")
        expect(
            try await send(process, "POST", "init/error", identifier: identifier, body: "{}"),
            "Extension.MissingHeader", "Lambda-Extension-Function-Error-Type not found")
        let runtime = try #require(await spawner.next())
        async let ready = send(process, "GET", "event/next", identifier: identifier)
        let work = try await runtime.next()
        expect(
            try await send(process, "GET", "event/next", identifier: identifier),
            "Extension.InvalidExtensionState",
            "State transition from Ready to Ready failed for extension \(identifier). "
                + "Error: State transition is not allowed")
        expect(
            try await send(runtime, "POST", "register", name: "late", body: "{}"),
            "Extension.RegistrationClosed", "Extension registration closed already")
        #expect(try await send(process, "GET", "register").status == 405)
        #expect(try await send(process, "GET", "else").status == 404)
        try await runtime.respond(work.requestID, "1")
        #expect(try await result.value.text == "1")
        try await onThread { server.stop() }
        _ = try? await ready
    }

    @Test("logs are not delivered, and who asks for them is told so")
    func logs() async throws {
        let server = try started()
        defer { server.stop() }
        let result = invocation("1", server)
        let runtime = try #require(await spawner.next())
        for (path, name) in [("2022-07-01/telemetry", "Telemetry"), ("2020-08-15/logs", "Logs")] {
            let answer = try await call(
                "http://\(runtime.launch.runtimeAPI)/\(path)", method: "PUT", body: "{}")
            #expect(answer.status == 202)
            #expect(answer.text.contains(#""errorType":"\#(name).NotSupported""#))
        }
        let work = try await runtime.next()
        try await runtime.respond(work.requestID, "1")
        #expect(try await result.value.text == "1")
    }

    @Test("an instance that takes several invocations tells its extensions of its end only")
    func shared() async throws {
        let server = try started(perInstance: 2)
        defer { server.stop() }
        let result = invocation("1", server)
        let runtime = try #require(await spawner.next())
        let answer = try await send(
            runtime, "POST", "register", name: "inside", body: #"{"events":["INVOKE"]}"#)
        #expect(answer.text.contains("INVOKE: ErrorInvalidEventType"))
        let work = try await runtime.next()
        try await runtime.respond(work.requestID, "1")
        #expect(try await result.value.text == "1")
    }
}
