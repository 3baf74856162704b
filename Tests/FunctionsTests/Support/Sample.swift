import FoundationEssentials
import LambdaRuntime
import TestSupport

/// The sample events of the project.
enum Sample {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "events")

    /// The names of all samples, without `.json`.
    static func names() throws -> Set<String> {
        Set(
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) })
    }

    /// The function that a sample is for: `score` of `score-no-key`.
    static func function(of name: String) -> String {
        String(name.prefix { $0 != "-" })
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name + ".json")))
    }

    /// A request, with a token in the place where the sample leaves room for one.
    static func request(_ name: String, token: String) throws -> HTTPAPIRequest {
        var request = try HTTPAPIRequest(lambdaPayload: bytes(name))
        if request.headers["authorization"] == "Bearer \(SampleAnswers.tokenPlace)" {
            request.headers["authorization"] = "Bearer \(token)"
        }
        return request
    }
}
