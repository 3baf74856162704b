import LambdaRuntime
import TTSR
import Testing

@Suite("Service configuration")
struct ServiceConfigurationTests {
    private func read(_ values: [String: String]) throws -> ServiceConfiguration {
        try ServiceConfiguration(LambdaEnvironment(values))
    }

    @Test("Only the store must be told; the rest has its standard")
    func standards() throws {
        let configuration = try read(["TTSR_STORE": "sqlite:/var/ttsr.db"])
        #expect(configuration.store == .sqlite(path: "/var/ttsr.db"))
        #expect(configuration.webhookAllowedNetworks.isEmpty)
        #expect(configuration.tokenIssuer == "ttsr")
        #expect(configuration.tokenLifetimeSeconds == 3_600)
        #expect(configuration.tokenRequestsPerMinute == 300)
    }

    @Test("Every setting is read")
    func everySetting() throws {
        let configuration = try read([
            "TTSR_STORE": "sqlite:a", "TTSR_WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8, ::1/128",
            "TTSR_TOKEN_ISSUER": "https://issuer.example", "TTSR_TOKEN_LIFETIME_SECONDS": "60",
            "TTSR_TOKEN_REQUESTS_PER_MINUTE": "7",
        ])
        #expect(configuration.webhookAllowedNetworks.count == 2)
        #expect(configuration.tokenIssuer == "https://issuer.example")
        #expect(configuration.tokenLifetimeSeconds == 60)
        #expect(configuration.tokenRequestsPerMinute == 7)
    }

    @Test("An empty value counts as absent")
    func emptyIsAbsent() throws {
        let configuration = try read([
            "TTSR_STORE": "sqlite:a", "TTSR_WEBHOOK_ALLOWED_NETWORKS": "",
            "TTSR_TOKEN_ISSUER": "", "TTSR_TOKEN_LIFETIME_SECONDS": "",
        ])
        #expect(configuration.tokenIssuer == "ttsr")
        #expect(configuration.tokenLifetimeSeconds == 3_600)
        #expect(throws: ConfigurationError.missing("TTSR_STORE")) {
            try read(["TTSR_STORE": ""])
        }
        #expect(throws: ConfigurationError.missing("TTSR_STORE")) { try read([:]) }
    }

    @Test(
        "A malformed value is refused by the name of its variable, and never shown",
        arguments: [
            ("TTSR_STORE", "postgres://user:hunter2@db"), ("TTSR_STORE", "sqlite:"),
            ("TTSR_STORE", "sqlite:" + String(repeating: "hunter2", count: 600)),
            ("TTSR_WEBHOOK_ALLOWED_NETWORKS", "127.0.0.0/8,hunter2"),
            ("TTSR_TOKEN_LIFETIME_SECONDS", "hunter2"), ("TTSR_TOKEN_LIFETIME_SECONDS", "59"),
            ("TTSR_TOKEN_LIFETIME_SECONDS", "3601"), ("TTSR_TOKEN_LIFETIME_SECONDS", "60.5"),
            ("TTSR_TOKEN_REQUESTS_PER_MINUTE", "0"),
            ("TTSR_TOKEN_REQUESTS_PER_MINUTE", "99999999999999999999"),
        ])
    func malformed(name: String, value: String) throws {
        let values = ["TTSR_STORE": "sqlite:a"].merging([name: value]) { $1 }
        let error = try #require(throws: ConfigurationError.self) { try read(values) }
        #expect(error.description.hasPrefix("\(name) must be "))
        #expect(!error.description.contains("hunter2"))
        #expect(!error.description.contains("99999999999999999999"))
        #expect(!error.description.contains("\n"))
    }
}
