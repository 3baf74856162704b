import FoundationEssentials
import TestSupport
import Testing

/// The files of `Tests/Fuzz/Corpus`.
enum Corpus {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fuzz/Corpus")

    static func files(in place: String) throws -> [URL] {
        let folder = folder.appending(path: place)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .map { folder.appending(path: $0) }
    }

    static func bytes(of file: URL) throws -> [UInt8] { Array(try Data(contentsOf: file)) }

    static func requests(in place: String) throws -> [CorpusRequest] {
        try files(in: place).map { try CorpusRequest($0) }
    }
}

/// What is sent on one connection, and the statuses of the answers: of `NAME.202-403.http` two,
/// of `NAME.closed.http` none.
///
/// In the file `@TEXT*COUNT@` stands for the text so many times, `@ID@` and `@OLD-ID@` for the ids
/// of the invocation that runs and of the one before it.
struct CorpusRequest: Sendable, CustomTestStringConvertible {
    struct IDs: Sendable {
        var running = ""
        var earlier = ""
    }

    /// How the bytes come.
    enum Cut: CaseIterable, Sendable {
        case whole
        case byteByByte
    }

    private let name: String
    private let statuses: [String]
    private let bytes: [UInt8]

    init(_ file: URL) throws {
        let parts = file.lastPathComponent.split(separator: ".").map(String.init)
        try #require(parts.last == "http" && parts.count >= 3)
        name = file.lastPathComponent
        let statuses = parts[parts.count - 2]
        self.statuses = statuses == "closed" ? [] : statuses.split(separator: "-").map(String.init)
        bytes = try Corpus.bytes(of: file)
    }

    var testDescription: String { name }

    /// Whether these are the statuses that the name says.
    ///
    /// A server that closes a connection while more comes may cut off its own answer.
    func takes(_ found: [String]) -> Bool {
        found == statuses || (found.isEmpty && expanded(IDs()).count > 30_000)
    }

    /// Sends it; gives the statuses of what comes back.
    func replay(_ cut: Cut, port: UInt16, ids: IDs = IDs()) throws -> [String] {
        let connection = try #require(RawConnection(port: port))
        let bytes = expanded(ids)
        if cut == .byteByByte, bytes.count < 5_000 {
            for byte in bytes { connection.send([byte]) }
        } else {
            connection.send(bytes)
        }
        // A client that ends sending before it has its answer has gone away.
        let text = connection.read { Self.statuses(in: $0).count >= statuses.count }
        connection.endSending()
        return Self.statuses(in: text + connection.readToEnd())
    }

    /// Sends the first half and goes away.
    func breakOff(port: UInt16, ids: IDs = IDs()) throws {
        let connection = try #require(RawConnection(port: port))
        let bytes = expanded(ids)
        connection.send(Array(bytes.prefix(bytes.count / 2)))
    }

    private static func statuses(in text: String) -> [String] {
        let heads = text.split(separator: "HTTP/1.1 ")
        return heads.indices.filter { index in
            // libmicrohttpd 0.9.75 sends the head of some refusals twice.
            index == 0 || !heads[index].hasPrefix(heads[index - 1])
                || !heads[index].contains("Connection: close")
        }.map { String(heads[$0].prefix(3)) }
    }

    /// What stands between every other `@` is replaced.
    private func expanded(_ ids: IDs) -> [UInt8] {
        let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        var expanded: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index % 2 == 0 {
                expanded += part
            } else if part.elementsEqual("ID".utf8) {
                expanded += ids.running.utf8
            } else if part.elementsEqual("OLD-ID".utf8) {
                expanded += ids.earlier.utf8
            } else if let star = part.lastIndex(of: UInt8(ascii: "*")),
                let count = Int(String(decoding: part[(star + 1)...], as: UTF8.self))
            {
                for _ in 0..<count { expanded += part[..<star] }
            }
        }
        return expanded
    }
}
