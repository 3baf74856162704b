import Glibc
import HTTPClient
import Locking
import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("The log")
struct LogTests {
    private let spawner = TestSpawner()

    private func started() throws -> EmulatorServer {
        let functions = ["f", "other"].map {
            FunctionDefinition(
                name: $0, logicalID: "Logical\($0)", codeDirectory: "/none", timeoutMs: 600_000)
        }
        let server = EmulatorServer(
            quietConfiguration(Template(functions: functions), spawner: spawner))
        try server.start()
        return server
    }

    /// Lines of functions and of the emulator, without their times.
    private func texts(_ log: String) -> [String] {
        log.split(separator: "\n").map { String($0.dropFirst(LogLine.timeBytes)) }
    }

    private func history(_ lines: [(String, String)]) -> LogHistory {
        let log = EmulatorLog(descriptor: nil, clock: ManualClock().clock)
        for (name, text) in lines { log.lines([Array(text.utf8)], from: name) }
        return log.history
    }

    private func last(_ history: LogHistory, _ count: Int, _ function: String?) -> [String] {
        texts(String(decoding: history.last(count, of: function), as: UTF8.self))
    }

    @Test("the last lines are kept, and those that concern a function are found")
    func lastLines() {
        let history = history([
            ("f", "one"), ("emulator", "f: started"), ("ff", "two"), ("emulator", "ff: started"),
            ("f", ""), ("emulator", "f failed"), ("emulator", "f"),
        ])
        #expect(
            last(history, .max, "f")
                == ["f one", "emulator f: started", "f ", "emulator f failed"])
        #expect(last(history, 2, nil) == ["emulator f failed", "emulator f"])
        #expect(last(history, 0, nil) == [])
    }

    @Test("the lines kept are bounded")
    func bounded() {
        let line = String(repeating: "x", count: 100_000)
        let history = history((0..<50).map { ("f", "\($0) \(line)") })
        let kept = history.last(.max)
        #expect(kept.count <= 1024 * 1024)
        #expect(kept.count > 900_000)
        #expect(last(history, 1, nil).first?.hasPrefix("f 49 ") == true)
    }

    @Test("names are coloured for a terminal only")
    func colours() {
        let written = Locked<[UInt8]>([])
        let log = EmulatorLog(clock: ManualClock().clock, isColoured: true) { bytes in
            written.withLock { $0 += bytes }
        }
        log.note("f m")
        let text = String(decoding: written.withLock { $0 }, as: UTF8.self)
        #expect(text.dropFirst(LogLine.timeBytes) == "\u{1B}[90memulator\u{1B}[0m f m\n")
        #expect(last(log.history, 1, nil) == ["emulator f m"])
    }

    @Test("the last lines are answered, of one function by any of its names")
    func answers() async throws {
        let server = try started()
        defer { server.stop() }
        async let result = server.invoke(function: "f", payload: Array("{}".utf8))
        let instance = try #require(await spawner.next())
        let next = try await instance.next()
        instance.print("hello")
        try await instance.respond(next.requestID, "1")
        _ = try await result
        #expect(texts(server.log).contains("f hello"))
        let url = "http://127.0.0.1:\(server.port)/_emulator/logs"
        let all = try await call(url + "?function=Logicalf")
        #expect(all.field("content-type") == "text/plain; charset=utf-8")
        #expect(
            texts(all.text).map { $0.prefix(7) } == ["f START", "f hello", "f END R", "f REPOR"])
        #expect(texts(try await call(url + "?function=other").text) == [])
        #expect(texts(try await call(url + "?lines=1").text).map { $0.prefix(7) } == ["f REPOR"])
        #expect(try await call(url + "?function=none").status == 404)
        #expect(try await call(url + "?lines=x").status == 400)
    }

    @Test("who follows gets every later line as it comes, and the end when the emulator stops")
    func follows() async throws {
        let server = try started()
        let got = Locked<[UInt8]>([])
        let isOver = Promise<Bool>()
        let url = "http://127.0.0.1:\(server.port)/_emulator/logs?follow=true&function=f"
        _ = try EmulatorThread {
            let connection = try? HTTPConnection(
                limits: HTTPLimits(deadlineMs: 60_000), policy: .unrestricted, userAgent: "test")
            let response = try? connection?.send(HTTPRequest(url: url)) { piece in
                got.withLock { $0 += piece }
            }
            isOver.fulfil(response?.status == 200)
        }
        let running = try #require(server.pool(named: "f")).environment.log
        // Said until it is heard: only then the follower is known to be there.
        #expect(
            await eventually {
                running.note("f: first")
                return got.withLock { !$0.isEmpty }
            })
        running.note("other: not this one")
        running.lines([Array("last".utf8)], from: "f")
        try await onThread { server.stop() }
        #expect(try await onThread { isOver.wait() })
        let lines = texts(String(decoding: got.withLock { $0 }, as: UTF8.self))
        #expect(lines.first == "emulator f: first")
        #expect(lines.last == "f last")
        #expect(!lines.contains("emulator other: not this one"))
    }

    @Test("lines that a reader is too slow for are left out and counted; nothing waits for him")
    func slowReaders() {
        let stream = SlowStream()
        let history = history([("f", "before")])
        history.follow(stream, of: "f", from: 9)
        func say(_ line: String) { history.append(Array("17:09:10.123 \(line)\n".utf8)) }
        say("f one")
        stream.isSlow.withLock { $0 = true }
        say("f two")
        say("f three")
        say("other four")
        say("f five")
        stream.catchUp()
        say("f six")
        say("f seven")
        #expect(
            stream.texts == [
                "f before", "f one", "f two", "[2 lines left out]", "f six", "f seven",
            ])
        history.close()
        #expect(stream.isFinished.withLock { $0 })
    }

    @Test("a reader who has gone is forgotten, and who comes too late is told of the end")
    func leavers() {
        let stream = SlowStream()
        let history = history([])
        history.follow(stream, of: nil, from: 9)
        stream.hasGone.withLock { $0 = true }
        history.append(Array("17:09:10.123 f one\n".utf8))
        #expect(stream.texts == [])
        history.close()
        #expect(!stream.isFinished.withLock { $0 })
        let late = SlowStream()
        history.follow(late, of: nil, from: 9)
        #expect(late.texts == ["f one"])
        #expect(late.isFinished.withLock { $0 })
    }
}

/// A reader who reads when the test says so.
private final class SlowStream: LogStream {
    let isSlow = Locked(false)
    let hasGone = Locked(false)
    let isFinished = Locked(false)
    private let drained = Locked<(@Sendable () -> Void)?>(nil)
    private let lines = Locked<[UInt8]>([])

    var isClosed: Bool { hasGone.withLock { $0 } }

    func finish() { isFinished.withLock { $0 = true } }

    func write(_ lines: [UInt8], whenDrained: @escaping @Sendable () -> Void) -> Bool {
        self.lines.withLock { $0 += lines }
        guard isSlow.withLock({ $0 }) else { return false }
        drained.withLock { $0 = whenDrained }
        return true
    }

    func catchUp() {
        isSlow.withLock { $0 = false }
        drained.withLock { $0.take() }?()
    }

    /// The lines without their times.
    var texts: [String] {
        String(decoding: lines.withLock { $0 }, as: UTF8.self).split(separator: "\n").map {
            $0.hasPrefix("[") ? String($0) : String($0.dropFirst(LogLine.timeBytes))
        }
    }
}
