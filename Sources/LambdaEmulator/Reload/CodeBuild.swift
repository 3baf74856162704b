internal import Glibc

/// What builds the code of all functions, and when.
public struct CodeBuild: Sendable, Hashable {
    /// A command for `/bin/sh`.
    public var command: String
    /// Where it is run: an absolute path.
    public var directory: String
    /// Files and folders; a change in one of them starts a build.
    public var sources: [String]

    /// Makes a build.
    public init(command: String, directory: String, sources: [String]) {
        self.command = command
        self.directory = directory
        self.sources = sources
    }

    /// The build of the Swift package that a template belongs to: `scripts/build`, if the package
    /// has it, or `swift build -c release`.
    ///
    /// - Parameter template: The template's path; the package is that of its folder, or of the
    ///   nearest one above it.
    /// - Returns: Nil when there is no `Package.swift`.
    public static func ofPackage(template: String) -> CodeBuild? {
        guard let root = packageFolder(of: template) else { return nil }
        let hasScript = access(root + "/scripts/build", X_OK) == 0
        return CodeBuild(
            command: hasScript ? "scripts/build" : "swift build -c release", directory: root,
            sources: [root])
    }

    /// A build of what is beside a template.
    package static func ofFolder(_ template: String, _ command: String) -> CodeBuild {
        let folder = FileContent.directory(of: absolute(template))
        return CodeBuild(command: command, directory: folder, sources: [folder])
    }

    /// A path from the root.
    package static func absolute(_ path: String) -> String { FileContent.absolute(path, in: ".") }

    private static func packageFolder(of template: String) -> String? {
        var folder = FileContent.directory(of: absolute(template))
        while true {
            if access(folder + "/Package.swift", R_OK) == 0 { return folder }
            let above = FileContent.directory(of: folder)
            guard above != folder else { return nil }
            folder = above
        }
    }
}
