internal import Glibc
import Locking

/// Builds the functions' code at the start and when its sources change: once for all functions,
/// one build at a time; whatever changes during a build leads to exactly one more.
///
/// The old code serves while a build runs. When it fails, callers are told why until one succeeds.
final class Builder: EmulatorPart {
    private struct State {
        /// When a build is to be started, and the path that has changed; nil when none is.
        var due: (ns: Int64, path: String)?
        var process: SpawnedProcess?
        var isRunning = false
        var startedNs: Int64 = 0
        var output = RecentOutput(lineCountMax: lineCountMax, lineBytesMax: 4_096)
        var isStopping = false
    }

    /// How much of what a failed build has printed is shown.
    private static let lineCountMax = 50
    /// How long nothing must change before a build is started: an editor saves several files.
    private static let quietNs: Int64 = 100_000_000

    private let build: CodeBuild
    private let pools: [FunctionPool]
    private let watcher: FolderWatcher
    private let loop: EventLoop
    private let log: EmulatorLog
    private let state = Locked(State())

    /// - Parameter skipped: Folders and files among the sources that the build itself writes.
    init(
        _ build: CodeBuild, skipping skipped: [String], pools: [FunctionPool], loop: EventLoop,
        log: EmulatorLog
    ) throws(SystemCallError) {
        self.build = build
        self.pools = pools
        self.loop = loop
        self.log = log
        let skippedPaths = Set(skipped)
        let ignored = IgnoredPaths(of: build.sources)
        watcher = try FolderWatcher(build.sources) {
            skippedPaths.contains($0) || ignored.contains($0)
        }
    }

    func start() throws(SystemCallError) {
        try loop.watch(watcher.descriptor) { [weak self] in self?.changed() }
        state.withLock { $0.due = (.min, "") }
        loop.wake(byNs: .min)
    }

    func requestStop() {
        loop.unwatch(watcher.descriptor)
        let process = state.withLock { state in
            state.isStopping = true
            return state.process
        }
        process?.signal(SIGTERM)
    }

    /// Its process has been asked to end, and is reaped by the loop.
    func join() {
        for _ in 0..<2 {
            let deadlineNs = EmulatorClock.system.steadyNs() + 2_000_000_000
            while state.withLock({ $0.isRunning }), EmulatorClock.system.steadyNs() < deadlineNs {
                usleep(2_000)
            }
            state.withLock { $0.process }?.signal(SIGKILL)
        }
    }

    func tick(at steadyNs: Int64) -> Int64 {
        let (path, next) = state.withLock { state -> (String?, Int64) in
            guard let due = state.due, !state.isRunning, !state.isStopping else {
                return (nil, .max)
            }
            guard due.ns <= steadyNs else { return (nil, due.ns) }
            state.due = nil
            state.isRunning = true
            state.startedNs = steadyNs
            state.output = RecentOutput(lineCountMax: Self.lineCountMax, lineBytesMax: 4_096)
            return (due.path, .max)
        }
        if let path { run(because: path) }
        return next
    }

    private func changed() {
        guard let change = watcher.takeChanges().first else { return }
        let dueNs = loop.clock.steadyNs() + Self.quietNs
        state.withLock { $0.due = (dueNs, change.path) }
        loop.wake(byNs: dueNs)
    }

    private func run(because path: String) {
        log.note("build: \(path.isEmpty ? "" : "\(path) has changed: ")\(build.command)")
        do throws(Program.StartError) {
            let process = try SpawnedProcess.start(
                Program(
                    path: "/bin/sh", arguments: ["-c", build.command],
                    environment: LinuxCalls.environment, directory: build.directory,
                    output: { [weak self] lines in
                        self?.state.withLock { $0.output.append(lines) }
                    }, exited: { [weak self] in self?.ended($0) }), on: loop)
            let isWanted = state.withLock { state in
                state.process = process
                return !state.isStopping
            }
            if !isWanted { process.signal(SIGTERM) }
        } catch {
            log.note("build: cannot be started in \(build.directory)")
            ended(.status(127))
        }
    }

    private func ended(_ exit: ProcessExit) {
        let now = loop.clock.steadyNs()
        let (lines, tookNs, isStopping) = state.withLock { state in
            state.process = nil
            state.isRunning = false
            return (
                state.output.lastLines(Self.lineCountMax), now - state.startedNs, state.isStopping
            )
        }
        guard !isStopping else { return }
        let seconds = FailurePayload.seconds(ms: Int(tookNs / 1_000_000))
        if exit == .status(0) {
            log.note("build: done in \(seconds) s")
            for pool in pools { pool.noteBuild(nil) }
        } else {
            log.lines(lines, from: "build")
            log.note("build: failed after \(seconds) s; calls are refused until one succeeds")
            for pool in pools { pool.noteBuild(BuildFailure(lines: lines)) }
        }
        // What has changed meanwhile.
        loop.wake(byNs: now)
    }
}
