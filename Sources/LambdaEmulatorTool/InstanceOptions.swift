import LambdaEmulator

/// The options of `start` that say how instances live and end.
enum InstanceOptions {
    static let help = """
          --freeze                stop the processes of instances that wait for work, as AWS does
          --idle-timeout T        end instances that have waited for work so long, such as 5m or
                                  1h30m by the emulator's clock; off keeps them (10m)
          --termination T         the time from SIGTERM to SIGKILL when an instance is ended, such
                                  as 2s; 0s kills at once, as AWS does without extensions (500ms)
          --concurrency N         how many instances a function may have that reserves none (10)
          --no-memory-limit       let processes have more memory than MemorySize
          --debug FUNCTION        start one process of the function, stopped before its first
                                  instruction until a debugger lets it go on; the log tells how
        """

    /// AWS ends idle instances after some minutes.
    static var initial: InstancePolicy {
        var policy = InstancePolicy()
        policy.idleTimeoutMs = 600_000
        return policy
    }

    /// Reads an option; false when it is none of these.
    static func read(
        _ option: String, _ words: inout ArgumentReader, into policy: inout InstancePolicy
    ) throws(ArgumentError) -> Bool {
        switch option {
        case "--freeze": policy.freezesIdle = true
        case "--idle-timeout":
            let text = try words.value(of: option)
            policy.idleTimeoutMs = text == "off" ? nil : try milliseconds(text, of: option)
        case "--termination":
            policy.terminationMs = try milliseconds(try words.value(of: option), of: option)
        case "--concurrency":
            guard let count = Int(try words.value(of: option)), (1...1_000).contains(count) else {
                throw ArgumentError(line: "--concurrency: a number from 1 to 1000 was expected")
            }
            policy.unreservedConcurrencyMax = count
        case "--no-memory-limit": policy.enforcesMemory = false
        case "--debug": policy.debuggedFunction = try words.value(of: option)
        default: return false
        }
        return true
    }

    private static func milliseconds(
        _ text: String, of option: String
    ) throws(ArgumentError) -> Int {
        guard let span = TimeSpan(text) else {
            throw ArgumentError(line: "\(option): a time such as 500ms, 2s or 1h30m was expected")
        }
        return Int(span.ms)
    }
}
