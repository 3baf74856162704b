import Locking

/// Ends instances that have waited for work for too long, by the virtual clock.
struct IdleInstances: EmulatorPart {
    let pools: [FunctionPool]
    let clock: VirtualClock

    func tick(at steadyNs: Int64) -> Int64 {
        let nowMs = clock.unixMs
        for pool in pools { pool.endIdle(atMs: nowMs) }
        let next = dueMs
        guard next < .max else { return .max }
        return steadyNs + max(0, next - nowMs) * 1_000_000
    }

    var dueMs: Int64 { pools.reduce(.max) { min($0, $1.idleEndMs) } }
}

extension FunctionPool {
    /// When the next instance has waited for work for too long, Unix milliseconds of the virtual
    /// clock; `Int64.max` when none will.
    var idleEndMs: Int64 {
        guard let timeoutMs = environment.policy.idleTimeoutMs, !isDebugged else { return .max }
        return state.withLock { state in
            state.instances.values.filter(\.isIdle)
                .reduce(.max) { min($0, $1.idleSinceMs + Int64(timeoutMs)) }
        }
    }

    /// Ends what has waited for too long; what a debugger holds waits for as long again.
    func endIdle(atMs nowMs: Int64) {
        guard let timeoutMs = environment.policy.idleTimeoutMs, !isDebugged else { return }
        let now = environment.clock.steadyNs()
        let ended = state.withLock { state in
            let overdue = state.instances.values.filter {
                $0.isIdle && $0.idleSinceMs + Int64(timeoutMs) <= nowMs
            }
            return overdue.filter { record in
                guard record.process?.isTraced != true else {
                    state.instances[record.port]?.idleSinceMs = nowMs
                    return false
                }
                retire(&state, port: record.port, at: now)
                return true
            }
        }
        for record in ended {
            let span = TimeSpan(ms: Int64(timeoutMs))
            environment.log.note("\(definition.name): ended an instance after \(span) without work")
            askToEnd(record)
        }
    }
}
