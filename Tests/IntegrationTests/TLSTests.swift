import Foundation
import HTTPClient
import Testing

/// Requests over TLS to a server that is not ours, with a certificate made for the test.
@Suite(.timeLimit(.minutes(2))) struct TLSTests {
    private enum Outcome: Equatable {
        case status(Int)
        case failed(HTTPClientError.Code)
    }

    @Test func aPeerIsTrustedByTheFileOfItsAuthorityAlone() async throws {
        let server = try SecureServer()
        #expect(await post(server, trust: server.certificate) == .status(204))
        // Signed by nobody that the machine trusts.
        #expect(await post(server, trust: TrustStore.path) == .failed(.tls))
    }

    @Test func aPeerIsWhoItsCertificateSays() async throws {
        let server = try SecureServer()
        #expect(
            await post(server, host: "localhost", trust: server.certificate) == .failed(.tls))
    }

    @Test func withoutItsFileNobodyIsTrusted() async throws {
        let server = try SecureServer()
        #expect(await post(server, trust: server.certificate + ".missing") == .failed(.tls))
    }

    /// Posts to the server by one of its names.
    private func post(
        _ server: SecureServer, host: String = "127.0.0.1", trust: String?
    ) async -> Outcome {
        let sender = HTTPSender(
            limits: HTTPLimits(deadlineMs: 30_000), policy: .unrestricted, concurrentMax: 1,
            perHostMax: 1, hostAddresses: ["localhost": ["127.0.0.1"]], trustFile: trust)
        let request = HTTPRequest(
            method: "POST", url: "https://\(host):\(server.port)/hook", body: Array("{}".utf8))
        switch await sender.send([request])[0] {
        case .success(let response): return .status(response.status)
        case .failure(let error): return .failed(error.code)
        }
    }
}

/// Python's server with a certificate for 127.0.0.1, signed by itself.
private final class SecureServer: Sendable {
    let certificate: String
    let port: Int
    private let folder: URL
    private let input = Pipe()

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "ttsr-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "certificate.pem").path
        let key = folder.appending(path: "key.pem").path
        let made = try Command(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out",
                certificate, "-days", "1", "-subj", "/CN=test", "-addext",
                "subjectAltName=IP:127.0.0.1",
            ])
        try #require(made.status == 0, "\(made.errors)")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [
            Workspace.root.appending(path: "Tests/IntegrationTests/Peers/https_server.py").path,
            certificate, key,
        ]
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    deinit {
        // The end of its input ends the server.
        try? input.fileHandleForWriting.close()
        try? FileManager.default.removeItem(at: folder)
    }
}
