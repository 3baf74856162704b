import Foundation
import Glibc
import Testing

/// A template of `Templates/` in a folder of its own, with the code of its functions.
final class TemplateFolder: Sendable {
    /// What a function is made of.
    enum Code: Sendable {
        /// `Peers/Functions/function.c`, compiled.
        case c
        /// The modules of `Peers/Functions` on AWS's runtime for Python.
        case python
        /// A layer with the library, the program and the extension of `Peers/Layer`.
        case layer
        /// One of the project's own functions.
        case product(String)
    }

    let folder: URL

    /// - Parameters:
    ///   - name: the template's file name without `.yaml`.
    ///   - code: by the folder that a `CodeUri` names.
    init(_ name: String, code: [String: Code]) throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "ttsr-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: Workspace.root.appending(path: "Tests/IntegrationTests/Templates/\(name).yaml"),
            to: folder.appending(path: "template.yaml"))
        try #require(mkfifo(holdFile, 0o600) == 0)
        for (place, code) in code { try stage(code, in: folder.appending(path: place)) }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// What the template is warned of: a line says so itself, behind `#!`.
    func warnings() throws -> [String] {
        let lines = try String(contentsOfFile: template, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().compactMap { index, line in
            line.firstRange(of: "#! ").map {
                "lambda-emulator: warning: \(template):\(index + 1): \(line[$0.upperBound...])"
            }
        }
    }

    var template: String { folder.appending(path: "template.yaml").path }
    var storeFile: String { folder.appending(path: "ttsr.db").path }
    var store: String { "sqlite:" + storeFile }
    /// Where functions wait that are told to hold.
    var holdFile: String { folder.appending(path: "hold").path }
    /// Where functions leave marks.
    var marksFile: String { folder.appending(path: "marks").path }

    /// Lets go of all that hold and, until it is closed, of those that come to it.
    func release() throws -> FileHandle {
        // A FIFO that is opened for both never waits for the other end.
        let file = open(holdFile, O_RDWR | O_CLOEXEC)
        try #require(file >= 0)
        return FileHandle(fileDescriptor: file)
    }

    private func stage(_ code: Code, in place: URL) throws {
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let bootstrap = place.appending(path: "bootstrap")
        switch code {
        case .c:
            try FileManager.default.createSymbolicLink(
                at: bootstrap, withDestinationURL: try Self.compiled.get())
        case .product(let name):
            try FileManager.default.createSymbolicLink(
                at: bootstrap, withDestinationURL: URL(filePath: Workspace.product(name)))
        case .layer:
            try stageLayer(in: place)
        case .python:
            for module in ["app.py", "doorkeeper.py", "parcels.py"] {
                try FileManager.default.copyItem(
                    atPath: Peers.file("Functions/\(module)"), toPath: place.path + "/" + module)
            }
            let python = try Peers.program("python")
            try Data("#!/bin/sh\nexec \(python) -B -m awslambdaric \"$_HANDLER\"\n".utf8)
                .write(to: bootstrap)
            chmod(bootstrap.path, 0o755)
        }
    }

    private func stageLayer(in place: URL) throws {
        for (part, file) in [("bin/gallery-tool", "tool"), ("extensions/witness", "witness.py")] {
            let target = place.appending(path: part)
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: Peers.file("Layer/\(file)"), toPath: target.path)
        }
        let libraries = place.appending(path: "lib")
        try FileManager.default.createDirectory(at: libraries, withIntermediateDirectories: true)
        try Self.compile(
            "Layer/library.c", ["-shared", "-fPIC"], to: libraries.appending(path: "libgreeting.so")
        )
    }

    /// Compiled once for all tests, beside their other products.
    private static let compiled = Result {
        let program = Workspace.products.appending(path: "peer-function")
        try compile("Functions/function.c", [], to: program)
        return program
    }

    private static func compile(_ source: String, _ options: [String], to product: URL) throws {
        let compiler = try Command(
            "/usr/bin/cc",
            ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1"] + options
                + ["-o", product.path, Peers.file(source)])
        try #require(compiler.status == 0, "\(compiler.errors)")
    }
}
