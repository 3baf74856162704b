import Locking
import Synchronization

/// Warns of the limits of AWS that functions cross here: of each once for a function.
final class LimitWarnings: EmulatorPart {
    private struct Key: Hashable {
        let function: String
        let kind: String
    }

    private let template: Template
    private let log: EmulatorLog
    private let said = Locked<Set<Key>>([])
    private let isStopped = Atomic(false)
    private let thread = Locked<EmulatorThread?>(nil)

    init(_ template: Template, log: EmulatorLog) {
        self.template = template
        self.log = log
    }

    /// Says it in the log, unless it has been said.
    func say(_ warning: LimitWarning, of function: String) {
        let key = Key(function: function, kind: warning.kind)
        guard said.withLock({ $0.insert(key).inserted }) else { return }
        log.note("\(function): warning: \(warning)")
    }

    func start() throws(SystemCallError) {
        for function in template.functions {
            for warning in LimitWarning.all(of: function, routes: template.routes) {
                say(warning, of: function.name)
            }
        }
        // A folder may hold many files: nobody waits until all are counted.
        let started = try EmulatorThread { [self] in
            for function in template.functions where isCodeTooLarge(function) {
                say(.code(bytes: LimitWarning.codeBytesMax), of: function.name)
            }
        }
        thread.withLock { $0 = started }
    }

    private func isCodeTooLarge(_ function: FunctionDefinition) -> Bool {
        CodeSize.isLarger(
            than: LimitWarning.codeBytesMax, folder: function.codeDirectory
        ) { [self] in isStopped.load(ordering: .relaxed) }
    }

    func requestStop() { isStopped.store(true, ordering: .relaxed) }

    func join() { thread.withLock { $0.take() }?.join() }

    /// All that a template's functions cross as they stand, as `NAME: …`.
    static func all(in template: Template) -> [String] {
        template.functions.flatMap { function in
            var warnings = LimitWarning.all(of: function, routes: template.routes)
            let limit = LimitWarning.codeBytesMax
            if CodeSize.isLarger(than: limit, folder: function.codeDirectory, isStopped: { false })
            {
                warnings.append(.code(bytes: limit))
            }
            return warnings.map { "\(function.name): \($0)" }
        }
    }
}

/// How large a folder's files are together.
enum CodeSize {
    /// Links are not followed; looked at no further than it takes to know.
    static func isLarger(
        than bytesMax: Int, folder: String, isStopped: () -> Bool
    ) -> Bool {
        var folders = [folder]
        var bytes = 0
        while let next = folders.popLast(), !isStopped() {
            for name in FileContent.names(in: next) {
                switch FileContent.entry("\(next)/\(name)") {
                case .folder: folders.append("\(next)/\(name)")
                case .file(let byteCount): bytes += byteCount
                case .other: break
                }
            }
            if bytes > bytesMax { return true }
        }
        return false
    }
}
