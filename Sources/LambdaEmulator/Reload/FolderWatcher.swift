internal import Glibc
import Locking

/// Tells when something in some folders, or below them, is written, made, replaced or removed.
///
/// A root may be a file, too; then the other files beside it do not matter. What nobody calls code
/// is passed over: names that begin with a dot or end with a tilde, and the folders that tools keep
/// their own files in. A root that does not exist, or is taken away, is looked for again when
/// `lookAgain` is called.
final class FolderWatcher: Sendable {
    /// What has changed, and below which of the folders.
    struct Change: Sendable, Equatable {
        let root: String
        /// The path of one file that has changed.
        let path: String
    }

    /// One reason to watch a folder.
    private struct Watch {
        let root: String
        let folder: String
        /// The one name in the folder that matters; nil for all.
        let only: String?
    }

    private struct State {
        /// By inotify's number for a folder, which may be watched for several roots.
        var watches: [Int32: [Watch]] = [:]
        /// Roots that could not be watched yet.
        var missing: [String] = []
    }

    /// More folders than these are not watched.
    private static let folderCountMax = 4_096
    private static let skippedNames: Set<String> = ["__pycache__", "node_modules"]

    let descriptor: Int32
    private let state = Locked(State())
    /// True for a path that is passed over, with all below it.
    private let isSkipped: @Sendable (String) -> Bool

    init(
        _ roots: [String], skipping isSkipped: @escaping @Sendable (String) -> Bool = { _ in false }
    ) throws(SystemCallError) {
        self.isSkipped = isSkipped
        descriptor = try Inotify.open()
        for root in roots { addRoot(root) }
    }

    deinit { close(descriptor) }

    /// True while a root is missing.
    var isIncomplete: Bool { state.withLock { !$0.missing.isEmpty } }

    /// Watches roots that have come up; they are what has changed.
    func lookAgain() -> [Change] {
        let missing = state.withLock { state in
            defer { state.missing = [] }
            return state.missing
        }
        for root in missing { addRoot(root) }
        return state.withLock { state in
            missing.filter { !state.missing.contains($0) }.map { Change(root: $0, path: $0) }
        }
    }

    /// Takes in what was reported until now.
    func takeChanges() -> [Change] {
        var changes: [Change] = []
        for event in Inotify.takeEvents(descriptor) { take(event, &changes) }
        return changes
    }

    private func take(_ event: Inotify.Event, _ changes: inout [Change]) {
        if event.isOverflow {
            let roots = state.withLock { Set($0.watches.values.joined().map(\.root)) }
            changes += roots.map { Change(root: $0, path: $0) }
            return
        }
        if event.mask & UInt32(IN_IGNORED) != 0 {
            return state.withLock { state in
                let gone = state.watches.removeValue(forKey: event.watch) ?? []
                state.missing += gone.filter { $0.only != nil || $0.folder == $0.root }.map(\.root)
            }
        }
        for watch in state.withLock({ $0.watches[event.watch] ?? [] }) {
            let name = event.name
            let path = watch.folder + "/" + name
            if let only = watch.only {
                guard name == only else { continue }
            } else {
                guard !name.isEmpty, !Self.isPassedOver(name), !isSkipped(path) else { continue }
                if event.mask & UInt32(IN_ISDIR) != 0 { add(path, below: watch.root) }
            }
            changes.append(Change(root: watch.root, path: path))
        }
    }

    private func addRoot(_ root: String) {
        if case .file = FileContent.entry(root) {
            let folder = FileContent.directory(of: root)
            let name = String(root.dropFirst(folder.utf8.count).drop { $0 == "/" })
            _ = watch(Watch(root: root, folder: folder, only: name))
        } else {
            add(root, below: root)
        }
    }

    /// Watches a folder and those in it.
    private func add(_ folder: String, below root: String) {
        guard watch(Watch(root: root, folder: folder, only: nil)) else { return }
        for name in FileContent.names(in: folder) where !Self.isPassedOver(name) {
            let path = folder + "/" + name
            guard !isSkipped(path), case .folder = FileContent.entry(path) else { continue }
            add(path, below: root)
        }
    }

    /// False when it could not be watched.
    private func watch(_ watch: Watch) -> Bool {
        let events =
            IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB
            | IN_ONLYDIR
        return state.withLock { state in
            guard state.watches.count < Self.folderCountMax else { return false }
            let number = inotify_add_watch(descriptor, watch.folder, UInt32(events))
            if number >= 0 {
                state.watches[number, default: []].append(watch)
            } else if watch.only != nil || watch.folder == watch.root {
                state.missing.append(watch.root)
            }
            return number >= 0
        }
    }

    private static func isPassedOver(_ name: String) -> Bool {
        name.hasPrefix(".") || name.hasSuffix("~") || skippedNames.contains(name)
    }
}
