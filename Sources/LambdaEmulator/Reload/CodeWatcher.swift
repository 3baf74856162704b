internal import Glibc
import Locking

/// Sees that functions run their newest code: when a function's folder has changed and has been
/// quiet for a moment, an instance of the new code is started.
final class CodeWatcher: EmulatorPart {
    private struct Pending {
        /// When it is looked at, if nothing changes until then.
        var dueNs: Int64
        /// A file that has changed, to be named.
        var path: String
        /// How often it was still being written when it was looked at.
        var writtenCount = 0
    }

    /// How long nothing must change before the code is taken to be whole.
    private static let quietNs: Int64 = 150_000_000
    /// A folder that is not there is looked for as often.
    private static let missingNs: Int64 = 500_000_000
    /// A file that is written for longer is given up: its end is a change again.
    private static let writtenCountMax = 400

    private let pools: [String: [FunctionPool]]
    private let watcher: FolderWatcher
    private let loop: EventLoop
    private let pending = Locked<[String: Pending]>([:])

    /// - Parameter skipped: Folders among the code that are none of it.
    init(
        _ pools: [FunctionPool], skipping skipped: [String] = [], loop: EventLoop
    ) throws(SystemCallError) {
        var byFolder: [String: [FunctionPool]] = [:]
        for pool in pools {
            for folder in Self.roots(of: pool) { byFolder[folder, default: []].append(pool) }
        }
        self.pools = byFolder
        self.loop = loop
        watcher = try FolderWatcher(byFolder.keys.sorted()) { skipped.contains($0) }
    }

    func start() throws(SystemCallError) {
        try loop.watch(watcher.descriptor) { [weak self] in self?.changed() }
        if watcher.isIncomplete { loop.wake(byNs: loop.clock.steadyNs() + Self.missingNs) }
    }

    func requestStop() { loop.unwatch(watcher.descriptor) }

    func tick(at steadyNs: Int64) -> Int64 {
        note(watcher.lookAgain(), at: steadyNs)
        let due = pending.withLock { pending in
            let due = pending.filter { $0.value.dueNs <= steadyNs }
            for folder in due.keys { pending[folder] = nil }
            return due
        }
        // A function may have changed in several places: it is reloaded once.
        var changed: [String: (pool: FunctionPool, path: String)] = [:]
        for (folder, change) in due {
            for pool in pools[folder] ?? [] where isReady(pool, folder, change, at: steadyNs) {
                changed[pool.definition.name] = (pool, change.path)
            }
        }
        for (pool, path) in changed.values { pool.reload(because: path) }
        let next = pending.withLock { $0.values.reduce(Int64.max) { min($0, $1.dueNs) } }
        return watcher.isIncomplete ? min(next, steadyNs + Self.missingNs) : next
    }

    /// Its folders, and the file that its bootstrap is a link to.
    private static func roots(of pool: FunctionPool) -> [String] {
        let program = pool.definition.bootstrapPath
        let folders = pool.definition.codeFolders
        guard case .other = FileContent.entry(program), let resolved = FileContent.resolved(program)
        else { return folders }
        return folders.contains { resolved.hasPrefix($0 + "/") } ? folders : folders + [resolved]
    }

    private func changed() { note(watcher.takeChanges(), at: loop.clock.steadyNs()) }

    private func note(_ changes: [FolderWatcher.Change], at now: Int64) {
        guard !changes.isEmpty else { return }
        pending.withLock { pending in
            for change in changes {
                pending[change.root] = Pending(dueNs: now + Self.quietNs, path: change.path)
            }
        }
        loop.wake(byNs: now + Self.quietNs)
    }

    /// True when the program can be started; one that is still being written is looked at later.
    private func isReady(
        _ pool: FunctionPool, _ folder: String, _ change: Pending, at now: Int64
    ) -> Bool {
        let program = pool.definition.bootstrapPath
        guard access(program, X_OK) == 0 else { return false }
        guard LinuxCalls.isBeingWritten(program) else { return true }
        var later = change
        later.dueNs = now + Self.quietNs
        later.writtenCount += 1
        if later.writtenCount < Self.writtenCountMax {
            pending.withLock { [later] in $0[folder] = $0[folder] ?? later }
        }
        return false
    }
}
