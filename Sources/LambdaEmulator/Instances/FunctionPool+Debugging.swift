internal import Glibc
import Locking

/// A function whose one process waits for a debugger before its first instruction.
extension FunctionPool {
    private static let lookNs: Int64 = 200_000_000

    /// Starts the instance before anybody calls the function.
    func startForDebugger() {
        guard isDebugged else { return }
        state.withLock { state in
            state.starting += 1
            state.launches += 1
        }
        start(.initialize)
    }

    /// Tells how to attach a debugger to the process.
    ///
    /// The signal that has stopped it would stop it once more in the debugger: it is passed over.
    func tellDebugger(_ process: any InstanceProcess) {
        let number = process.identifier
        let lines = [
            "\(definition.name): process \(number) is stopped before its first instruction; attach "
                + "a debugger, set breakpoints, and let it go on with continue:",
            "    gdb -p \(number) -ex 'handle SIGSTOP SIGCONT nostop noprint nopass'",
            "    lldb --attach-pid \(number) "
                + "-o 'process handle SIGSTOP -n false -p false -s false'",
        ]
        environment.log.lines(lines.map { Array($0.utf8) }, from: "emulator")
        environment.loop.wake(byNs: environment.clock.steadyNs() + Self.lookNs)
    }

    /// Takes the stop away once a debugger holds the process: it would stop again when the debugger
    /// lets it alone. The debugger is given a moment to take hold of it first.
    ///
    /// - Returns: When to look again; `Int64.max` when no process waits.
    func watchDebugger(at now: Int64) -> Int64 {
        guard isDebugged else { return .max }
        let (isHeld, process) = state.withLock { state -> (Bool, (any InstanceProcess)?) in
            guard let record = state.instances.values.first(where: \.isHeld) else {
                return (false, nil)
            }
            guard record.process?.isTraced == true else { return (true, nil) }
            guard record.isTracingTold else {
                state.instances[record.port]?.isTracingTold = true
                return (true, nil)
            }
            state.instances[record.port]?.isHeld = false
            return (false, record.process)
        }
        process?.signal(SIGCONT)
        return isHeld ? now + Self.lookNs : .max
    }
}
