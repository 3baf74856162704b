import Foundation
import Glibc
import HTTPClient
import TestSupport
import Testing

@testable import LambdaEmulator

/// An emulator that starts no process: the test itself answers for the functions.
final class TestEmulator: Sendable {
    let spawner = TestSpawner()
    let clock = ManualClock()
    let server: EmulatorServer
    private let folder: TemporaryFolder

    init(
        _ template: Template, configure: (inout EmulatorConfiguration) -> Void = { _ in }
    ) throws {
        folder = try TemporaryFolder()
        var configuration = quietConfiguration(
            template, spawner: spawner, clock: clock.clock)
        configuration.logDescriptor = open(
            folder.path + "/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        configure(&configuration)
        server = EmulatorServer(configuration)
        try server.start()
    }

    deinit { server.stop() }

    var port: UInt16 { UInt16(server.port) }

    /// The instance that was started next.
    func instance() async throws -> TestInstance { try #require(await spawner.next()) }

    /// Answers one event with an instance that is started for it.
    @discardableResult
    func serve(_ answer: String) async throws -> TestInstance.Event {
        let instance = try await instance()
        let event = try await instance.next()
        try await instance.respond(event.requestID, answer)
        return event
    }

    func call(
        _ method: String, _ path: String, _ fields: [(String, String)] = [], body: String? = nil
    ) async throws -> HTTPResponse {
        try await LambdaEmulatorTests.call(
            "http://127.0.0.1:\(server.port)\(path)", method: method,
            fields: fields.map { HTTPField($0.0, $0.1) }, body: body)
    }

    func invoke(
        _ name: String, _ fields: [(String, String)] = [], body: String = "{}"
    ) async throws -> HTTPResponse {
        try await call("POST", "/2015-03-31/functions/\(name)/invocations", fields, body: body)
    }

    /// A client of the emulator's port, byte for byte.
    func client() throws -> RawConnection { try #require(RawConnection(port: port)) }

    /// Everything that was logged, once the emulator has stopped.
    func stoppedLog() throws -> String {
        server.stop()
        return String(
            decoding: try Data(contentsOf: URL(filePath: folder.path + "/log")), as: UTF8.self)
    }
}

extension TestInstance {
    /// A connection to this instance's Runtime API, byte for byte.
    func connection() throws -> RawConnection {
        let port = try #require(UInt16(launch.runtimeAPI.split(separator: ":")[1]))
        return try #require(RawConnection(port: port))
    }
}

/// A runtime's answer that it streams: the head and pieces, then the end.
struct StreamedResponse {
    private let connection: RawConnection

    /// Sends the head of the answer.
    init(
        _ instance: TestInstance, _ requestID: String,
        type: String = "application/vnd.awslambda.http-integration-response"
    ) throws {
        connection = try instance.connection()
        connection.send(
            """
            POST /2018-06-01/runtime/invocation/\(requestID)/response HTTP/1.1\r
            Host: h\r
            Content-Type: \(type)\r
            Lambda-Runtime-Function-Response-Mode: streaming\r
            Transfer-Encoding: chunked\r
            Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r
            \r

            """)
    }

    func send(_ piece: String) {
        connection.send(String(piece.utf8.count, radix: 16) + "\r\n" + piece + "\r\n")
    }

    /// Ends the answer; returns the status that the Runtime API gives it.
    @discardableResult
    func end(_ trailers: String = "") -> String {
        connection.send("0\r\n\(trailers)\r\n")
        return String(connection.readResponse().dropFirst(9).prefix(3))
    }
}
