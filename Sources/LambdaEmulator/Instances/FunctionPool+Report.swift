import Locking

extension FunctionPool {
    /// Writes END and REPORT.
    func report(
        _ record: InstanceRecord, _ running: RunningInvocation, at now: Int64,
        failure: InvocationFailure?
    ) {
        let invocation = running.invocation
        let lines = [
            PlatformLines.end(invocation.requestID),
            PlatformLines.report(
                invocation.requestID, durationNs: now - running.dispatchedNs,
                initNs: record.initNs, memoryMB: definition.memoryMB,
                peakMemoryMB: peakMemoryMB(of: record, at: now), failure: failure),
        ]
        invocation.appendToTail(lines)
        environment.log.lines(lines, from: definition.name)
    }

    /// Reading /proc costs more than all else here, so it is done now and then; a process that
    /// has ended keeps the last figure.
    private func peakMemoryMB(of record: InstanceRecord, at now: Int64) -> Int {
        let intervalNs = environment.limits.memorySampleMs * 1_000_000
        guard record.memorySampledNs == .min || now - record.memorySampledNs >= intervalNs,
            let sampled = record.process?.peakMemoryMB
        else { return record.peakMemoryMB }
        state.withLock { state in
            state.instances[record.port]?.memorySampledNs = now
            state.instances[record.port]?.peakMemoryMB = sampled
        }
        return sampled
    }

    /// Lines that an instance has printed.
    ///
    /// They go into the tail of the invocation that runs; where several may run, only an
    /// invocation's id in a line tells whose it is.
    func printed(_ lines: [[UInt8]], port: UInt16) {
        for running in state.withLock({ $0.instances[port]?.running ?? [] })
        where running.invocation.wantsLogTail {
            let requestID = Array(running.invocation.requestID.utf8)
            running.invocation.appendToTail(
                isShared ? lines.filter { $0.contains(requestID) } : lines)
        }
        environment.log.lines(lines, from: definition.name)
    }
}
