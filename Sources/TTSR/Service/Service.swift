package import Crypto
package import LambdaRuntime
package import Records
package import Webhooks

/// What every function is made of: built once, in the init phase.
package struct Service: Sendable {
    /// The version of this software, as health reports it.
    package static let version = "0.1.0"

    package let configuration: ServiceConfiguration
    package let clock: WallClock
    package let random: RandomSource
    package let identifiers: IdentifierSource
    package let provider: StoreProvider
    package let transport: WebhookTransport
    let verifier: AccessTokenVerifier

    /// Builds the service from a function's environment.
    ///
    /// - Throws: ``ConfigurationError``.
    package init(_ environment: LambdaEnvironment) throws {
        let configuration = try ServiceConfiguration(environment)
        self.init(
            configuration: configuration, clock: .system, random: .system,
            provider: StoreProvider(configuration.store, clock: .system),
            transport: WebhookTransport(allowedNetworks: configuration.webhookAllowedNetworks))
    }

    /// Builds the service of given parts, as tests do.
    package init(
        configuration: ServiceConfiguration, clock: WallClock, random: RandomSource,
        provider: StoreProvider, transport: WebhookTransport
    ) {
        self.configuration = configuration
        self.clock = clock
        self.random = random
        identifiers = IdentifierSource(clock: clock, random: random)
        self.provider = provider
        self.transport = transport
        verifier = AccessTokenVerifier(issuer: configuration.tokenIssuer)
    }
}
