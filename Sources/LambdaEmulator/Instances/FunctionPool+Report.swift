internal import Glibc
import Locking

extension FunctionPool {
    /// Writes END and REPORT, and returns what they say.
    func report(
        _ record: InstanceRecord, _ running: RunningInvocation, at now: Int64,
        failure: InvocationFailure?
    ) -> InvocationReport {
        let invocation = running.invocation
        let report = InvocationReport(
            durationNs: now - running.dispatchedNs, initNs: record.initNs,
            memoryMB: definition.memoryMB, peakMemoryMB: peakMemoryMB(of: record, at: now))
        let lines = [
            PlatformLines.end(invocation.requestID),
            PlatformLines.report(invocation.requestID, report, failure: failure),
        ]
        invocation.log.append(lines)
        environment.log.lines(lines, from: definition.name)
        return report
    }

    /// Explains to a runtime's author what it does wrong: once for each kind and instance.
    func tell(_ lint: RuntimeLint, port: UInt16) {
        let isNew = state.withLock { state in
            guard let told = state.instances[port]?.toldLints, told & lint.bit == 0 else {
                return false
            }
            state.instances[port]?.toldLints = told | lint.bit
            return true
        }
        if isNew {
            environment.log.note("\(definition.name): its runtime: \(lint.explanation)")
        }
    }

    /// For a call that no instance was given.
    var emptyReport: InvocationReport {
        InvocationReport(memoryMB: definition.memoryMB, peakMemoryMB: 0)
    }

    /// Reading /proc costs more than all else here, so it is done now and then; a process that
    /// has ended keeps the last figure.
    private func peakMemoryMB(of record: InstanceRecord, at now: Int64) -> Int {
        guard record.memoryExceededMB == nil else { return definition.memoryMB }
        let intervalNs = environment.limits.memorySampleMs * 1_000_000
        guard record.memorySampledNs == .min || now - record.memorySampledNs >= intervalNs,
            let sampled = record.process?.peakMemoryMB
        else { return shown(record.peakMemoryMB) }
        let peak = max(sampled, record.peakMemoryMB)
        state.withLock { state in
            state.instances[record.port]?.memorySampledNs = now
            state.instances[record.port]?.peakMemoryMB = peak
        }
        return shown(peak)
    }

    /// Files that a process has mapped are resident beyond what it may write itself; AWS shows no
    /// more than there is.
    private func shown(_ peakMB: Int) -> Int {
        environment.policy.enforcesMemory ? min(peakMB, definition.memoryMB) : peakMB
    }

    /// Lines that an instance has printed.
    ///
    /// They go into the log of the invocation that runs; where several may run, only an
    /// invocation's id in a line tells whose it is.
    func printed(_ lines: [[UInt8]], port: UInt16) {
        let running = state.withLock { state in
            state.instances[port]?.output.append(lines)
            return state.instances[port]?.running ?? []
        }
        for running in running {
            running.invocation.log.append(
                isShared ? Self.lines(lines, naming: running.invocation.requestID) : lines)
        }
        environment.log.lines(lines, from: definition.name)
    }

    /// Each line is searched for each invocation that runs, so the search must be a quick one: the
    /// standard library's, of any sequence in any other, takes longer than an invocation does.
    private static func lines(_ lines: [[UInt8]], naming requestID: String) -> [[UInt8]] {
        var requestID = requestID
        return requestID.withUTF8 { name in
            lines.filter { line in
                line.withUnsafeBytes { contains($0, UnsafeRawBufferPointer(name)) }
            }
        }
    }

    private static func contains(
        _ line: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer
    ) -> Bool {
        guard var place = line.baseAddress, let first = name.first, let start = name.baseAddress
        else { return false }
        let end = place + line.count
        while end - place >= name.count {
            guard let found = memchr(place, Int32(first), end - place - name.count + 1) else {
                return false
            }
            if memcmp(found, start, name.count) == 0 { return true }
            place = UnsafeRawPointer(found) + 1
        }
        return false
    }
}
