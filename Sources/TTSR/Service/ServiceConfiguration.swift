package import HTTPClient
package import LambdaRuntime

/// What a function is told by its environment, read once.
package struct ServiceConfiguration: Sendable {
    /// Where the tables are: `sqlite:PATH`.
    package let store: StoreLocation
    /// Non-public networks that webhooks may reach, such as `127.0.0.0/8`.
    package let webhookAllowedNetworks: [NetworkPrefix]
    /// Who issues and accepts access tokens: the `iss` of a token.
    package let tokenIssuer: String
    /// How long a token is good for, in seconds: 60 to 3,600.
    package let tokenLifetimeSeconds: Int64
    /// How many tokens one source address may ask for in a minute.
    package let tokenRequestsPerMinute: Int64

    /// Reads `TTSR_STORE` (required), `TTSR_WEBHOOK_ALLOWED_NETWORKS`, `TTSR_TOKEN_ISSUER`,
    /// `TTSR_TOKEN_LIFETIME_SECONDS` and `TTSR_TOKEN_REQUESTS_PER_MINUTE`; an empty value counts
    /// as absent.
    ///
    /// - Throws: ``ConfigurationError``, which names the variable and never its value.
    package init(_ environment: LambdaEnvironment) throws(ConfigurationError) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        func number(
            _ name: String, default standard: Int64, _ range: ClosedRange<Int64>
        ) throws(ConfigurationError) -> Int64 {
            guard let text = value(name) else { return standard }
            guard let number = Int64(text), range.contains(number) else {
                throw .malformed(
                    name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return number
        }
        guard let location = value("TTSR_STORE") else { throw .missing("TTSR_STORE") }
        store = try StoreLocation(location, named: "TTSR_STORE")
        var networks: [NetworkPrefix] = []
        let names = value("TTSR_WEBHOOK_ALLOWED_NETWORKS") ?? ""
        for text in names.split(separator: ",") {
            guard let network = NetworkPrefix(text: String(text.filter { $0 != " " })) else {
                throw .malformed(
                    "TTSR_WEBHOOK_ALLOWED_NETWORKS",
                    expected: "networks such as 127.0.0.0/8, separated by commas")
            }
            networks.append(network)
        }
        webhookAllowedNetworks = networks
        tokenIssuer = value("TTSR_TOKEN_ISSUER") ?? "ttsr"
        tokenLifetimeSeconds = try number(
            "TTSR_TOKEN_LIFETIME_SECONDS", default: 3_600, 60...3_600)
        tokenRequestsPerMinute = try number(
            "TTSR_TOKEN_REQUESTS_PER_MINUTE", default: 300, 1...1_000_000)
    }
}

/// Where the tables are.
package enum StoreLocation: Sendable, Hashable {
    /// A SQLite file.
    case sqlite(path: String)

    /// Reads a location.
    ///
    /// - Parameters:
    ///   - text: `sqlite:PATH`.
    ///   - name: what the text is the value of, for the error.
    package init(_ text: String, named name: String) throws(ConfigurationError) {
        guard text.hasPrefix("sqlite:"), text.utf8.count > 7, text.utf8.count <= 4_096 else {
            throw .malformed(name, expected: "sqlite:PATH")
        }
        self = .sqlite(path: String(text.dropFirst(7)))
    }
}

/// A setting that cannot be used.
package enum ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A required setting is not there.
    case missing(String)
    /// A setting is not of its form.
    case malformed(String, expected: String)

    /// One line that names the setting, never its value.
    package var description: String {
        switch self {
        case .missing(let name): "\(name) is not set"
        case .malformed(let name, let expected): "\(name) must be \(expected)"
        }
    }
}
