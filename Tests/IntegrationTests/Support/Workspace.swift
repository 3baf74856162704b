import Foundation

/// A folder of its own for one test, with the template and the binaries that were built for the
/// tests staged as the template expects them.
final class Workspace: Sendable {
    let folder: URL

    /// Where this test's executable, and so every other product of its build, lies.
    static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()
    /// The project's top level.
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The products of all folders in `functions/`.
    static func functions() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "functions").path)
            .map { $0.prefix(1).lowercased() + $0.dropFirst() }.sorted()
    }

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "ttsr-test-\(UUID().uuidString)")
        let infra = folder.appending(path: "infra")
        try FileManager.default.createDirectory(at: infra, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: Self.root.appending(path: "infra/template.yaml"),
            to: infra.appending(path: "template.yaml"))
        for function in try Self.functions() {
            let stage = folder.appending(path: "dist/\(function)")
            try FileManager.default.createDirectory(at: stage, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                at: stage.appending(path: "bootstrap"),
                withDestinationURL: Self.products.appending(path: function))
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    var template: String { folder.appending(path: "infra/template.yaml").path }
    var database: String { folder.appending(path: "ttsr.db").path }
    var store: String { "sqlite:" + database }

    /// One of the project's sample events.
    static func sample(_ name: String) -> String {
        root.appending(path: "events/\(name).json").path
    }

    /// A product's path.
    static func product(_ name: String) -> String {
        products.appending(path: name).path
    }
}
