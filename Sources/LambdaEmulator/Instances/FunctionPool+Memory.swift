internal import Glibc
import Locking

/// What of the memory of instances is kept and enforced.
///
/// Sampled from /proc by the loop, and only while something runs: a control group that may limit
/// memory is at hand on few machines without set-up, and its killer cannot say why it killed. A
/// process that takes much more than it may between two looks and gives it back goes unnoticed.
extension FunctionPool {
    /// Looks at what works, or has worked since the last look; kills what is over its limit.
    ///
    /// - Returns: When to look again; `Int64.max` when nothing works.
    func watchMemory(at now: Int64) -> Int64 {
        let intervalNs = environment.limits.memorySampleMs * 1_000_000
        let (dueNs, working) = state.withLock { state -> (Int64, [InstanceRecord]) in
            let working = state.instances.values.filter(\.isToBeMeasured)
            guard !working.isEmpty else { return (.max, []) }
            guard state.measuredNs <= now - intervalNs else {
                return (state.measuredNs + intervalNs, [])
            }
            state.measuredNs = now
            return (now + intervalNs, working)
        }
        for record in working {
            guard var memory = record.process?.memory() else { continue }
            for process in record.extensions?.processes ?? [] {
                guard let more = process.memory() else { continue }
                memory.anonymousBytes += more.anonymousBytes
                memory.peakBytes += more.peakBytes
            }
            measured(record.port, memory)
            if isOver(memory, record.processes) { killForMemory(record.port, memory) }
        }
        return dueNs
    }

    private func measured(_ port: UInt16, _ memory: ProcessMemory) {
        state.withLock { state in
            let peak = max(state.instances[port]?.peakMemoryMB ?? 0, memory.peakMB)
            state.instances[port]?.peakMemoryMB = peak
            state.instances[port]?.hasWorked = false
        }
    }

    /// Counted exactly only when the quick count is over the limit.
    private func isOver(_ memory: ProcessMemory, _ processes: [any InstanceProcess]) -> Bool {
        let limitBytes = definition.memoryMB * 1_048_576
        guard environment.policy.enforcesMemory, memory.anonymousBytes > limitBytes else {
            return false
        }
        return processes.reduce(0) { $0 + ($1.exactAnonymousBytes() ?? 0) } > limitBytes
    }

    /// As on AWS nobody is asked; the exit is told like any other, with this reason.
    private func killForMemory(_ port: UInt16, _ memory: ProcessMemory) {
        let process = state.withLock { state -> (any InstanceProcess)? in
            guard state.instances[port]?.stage != .ending else { return nil }
            state.instances[port]?.memoryExceededMB = memory.anonymousMB
            return state.instances[port]?.process
        }
        process?.signal(SIGKILL)
    }
}
