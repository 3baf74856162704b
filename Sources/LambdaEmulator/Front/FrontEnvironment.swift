/// What everything in front of the functions shares.
final class FrontEnvironment: Sendable {
    let directory: FunctionDirectory
    let clock: EmulatorClock
    /// What the age of an authorizer's answer goes by.
    let virtualClock: VirtualClock
    let identifiers: IdentifierSource
    let log: EmulatorLog
    let timeouts: GatewayTimeouts
    let notes: DeveloperNotes
    let warnings: LimitWarnings
    let region: String
    let accountID: String

    init(_ base: EmulatorBase) {
        directory = base.directory
        clock = base.configuration.clock
        virtualClock = base.virtualClock
        identifiers = base.identifiers
        log = base.log
        timeouts = base.gatewayTimeouts
        notes = DeveloperNotes(log: base.log)
        warnings = base.warnings
        region = base.configuration.region
        accountID = base.configuration.accountID
    }
}
