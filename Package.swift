// swift-tools-version: 6.2
import PackageDescription

/// Every deployable function: its folder in `functions/`. Its product, its name in the template and
/// in the scripts, is the same with a small first letter.
let functions = [
    "Score", "GetEvent", "WebhookTest", "Health", "OutboxRetry", "Token",
].map { (product: $0.prefix(1).lowercased() + $0.dropFirst(), folder: $0) }

let package = Package(
    name: "ttsr",
    products: [
        .library(name: "LambdaRuntime", targets: ["LambdaRuntime", "LambdaCodable"]),
        .library(name: "TableStore", targets: ["TableStore"]),
        .library(name: "LambdaEmulator", targets: ["LambdaEmulator"]),
        .library(name: "Scorecard", targets: ["Scorecard"]),
        .executable(name: "lambda-emulator", targets: ["LambdaEmulatorTool"]),
        .executable(name: "ttsr", targets: ["TTSRTool"]),
    ]
        + functions.map { .executable(name: $0.product, targets: ["\($0.folder)Function"]) },
    targets: [
        // C libraries, from Debian's -dev packages.
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CMicroHTTPD", pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CLinux"),

        // Leaves: no rule of the service in them.
        .target(name: "FileInput"),
        .target(name: "Locking"),
        .target(name: "StrictJSON"),
        .target(name: "TextEncoding"),
        .target(name: "Crypto", dependencies: ["COpenSSL", "StrictJSON", "TextEncoding"]),
        .target(name: "HTTPClient", dependencies: ["CCurl"]),
        .target(name: "HTTPServer", dependencies: ["Locking", "CMicroHTTPD"]),
        .target(name: "Scorecard", dependencies: ["StrictJSON"]),

        // The toolkit.
        .target(
            name: "LambdaRuntime",
            dependencies: ["Locking", "HTTPClient", "StrictJSON", "TextEncoding"]),
        .target(name: "LambdaCodable", dependencies: ["LambdaRuntime"]),
        .target(
            name: "TableStore", dependencies: ["Locking", "CSQLite", "StrictJSON", "TextEncoding"]),
        .target(
            name: "LambdaEmulator",
            dependencies: [
                "Crypto",
                "FileInput", "TextEncoding",
                "Locking",
                "CLinux", "CYAML", "HTTPServer", "LambdaRuntime", "StrictJSON", "TableStore",
            ], exclude: ["README.md"], resources: [.embedInCode("Admin/page.html")]),

        // The service.
        .target(
            name: "Records", dependencies: ["Crypto", "StrictJSON", "TableStore", "TextEncoding"]),
        .target(
            name: "Webhooks",
            dependencies: [
                "Crypto", "HTTPClient", "Records", "StrictJSON", "TableStore", "TextEncoding",
            ]),
        .target(
            name: "TTSR",
            dependencies: [
                "Locking",
                "Crypto", "HTTPClient", "LambdaRuntime", "Records", "Scorecard", "StrictJSON",
                "TableStore", "TextEncoding",
                "Webhooks",
            ],
            resources: [.embedInCode("Cards/travel-v0_rules.json")]),

        // Command-line tools.
        .executableTarget(
            name: "LambdaEmulatorTool",
            dependencies: [
                "FileInput", "TextEncoding", "HTTPClient", "LambdaEmulator", "StrictJSON",
            ]),
        .executableTarget(
            name: "TTSRTool",
            dependencies: [
                "FileInput",
                "Locking",
                "Crypto", "HTTPServer", "Records", "Scorecard", "StrictJSON", "TTSR", "TableStore",
                "TextEncoding",
                "Webhooks",
            ]),

        // What several test targets use.
        .target(
            name: "TestSupport", dependencies: ["Crypto", "Locking", "Records"],
            path: "Tests/TestSupport"),

        // Tests: one target per library, then what runs the binaries, then the house itself.
        .testTarget(name: "LockingTests", dependencies: ["TestSupport", "Locking"]),
        .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"]),
        .testTarget(name: "TextEncodingTests", dependencies: ["TextEncoding"]),
        .testTarget(name: "CryptoTests", dependencies: ["Crypto", "StrictJSON", "TextEncoding"]),
        .testTarget(
            name: "HTTPClientTests",
            dependencies: ["TestSupport", "Locking", "HTTPClient", "HTTPServer"]),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: ["TestSupport", "Locking", "HTTPClient", "HTTPServer"]),
        .testTarget(name: "ScorecardTests", dependencies: ["Scorecard", "StrictJSON"]),
        .testTarget(
            name: "LambdaRuntimeTests",
            dependencies: [
                "TestSupport",
                "Locking",
                "HTTPServer", "LambdaCodable", "LambdaRuntime", "StrictJSON", "TextEncoding",
            ]),
        .testTarget(
            name: "TableStoreTests",
            dependencies: ["TestSupport", "Locking", "CSQLite", "TableStore"]),
        .testTarget(
            name: "LambdaEmulatorTests",
            dependencies: [
                "FuzzedReaders", "TestSupport",
                "TextEncoding",
                "Locking",
                "HTTPClient", "HTTPServer", "LambdaEmulator", "LambdaEmulatorTool", "StrictJSON",
                "TableStore",
            ]),
        .testTarget(
            name: "RecordsTests",
            dependencies: ["Locking", "Crypto", "Records", "StrictJSON", "TextEncoding"]),
        .testTarget(
            name: "WebhooksTests",
            dependencies: [
                "TestSupport",
                "Locking",
                "Crypto", "HTTPClient", "HTTPServer", "Records", "StrictJSON", "TableStore",
                "TextEncoding",
                "Webhooks",
            ]),
        .testTarget(
            name: "TTSRTests",
            dependencies: [
                "TestSupport",
                "Locking",
                "CSQLite", "Crypto", "HTTPClient", "LambdaRuntime", "Records", "Scorecard",
                "StrictJSON", "TTSR", "TableStore", "Webhooks", "TextEncoding",
            ]),
        .testTarget(
            name: "FunctionsTests",
            dependencies: [
                "TestSupport",
                "Locking",
                "Crypto", "HTTPClient", "LambdaRuntime", "Records", "StrictJSON", "TTSR",
                "TableStore",
                "Webhooks", "TextEncoding",
            ] + functions.map { .target(name: "\($0.folder)Function") }),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "TestSupport",
                "Locking",
                "Crypto", "HTTPClient", "HTTPServer", "StrictJSON", "TTSR", "TableStore",
                "Webhooks",
                "LambdaEmulatorTool", "TTSRTool", "Countdown",
            ] + functions.map { .target(name: "\($0.folder)Function") },
            exclude: ["Peers", "Templates"]),
        .testTarget(name: "StyleTests"),

        // Not deployed: what scripts/fuzz feeds with made-up bytes.
        .target(
            name: "FuzzedReaders",
            dependencies: [
                "HTTPServer", "LambdaEmulator", "StrictJSON", "TableStore", "TextEncoding",
            ],
            path: "Tests/Fuzz/FuzzedReaders"),
        .executableTarget(
            name: "ReaderFuzzer", dependencies: ["FuzzedReaders"],
            path: "Tests/Fuzz/ReaderFuzzer"),

        // Not deployed: what scripts/bench measures the runtime with.
        .executableTarget(
            name: "ScoreLoop", dependencies: ["LambdaRuntime", "TTSR"],
            path: "Tests/Benchmark/ScoreLoop"),
        // Not deployed: an example of the documentation, and what the tests of streaming run.
        .executableTarget(
            name: "Countdown", dependencies: ["LambdaRuntime"], path: "Tests/Examples/Countdown"),
    ]
        + functions.map {
            .executableTarget(
                name: "\($0.folder)Function",
                dependencies: ["LambdaRuntime", "StrictJSON", "TTSR", "Webhooks"],
                path: "functions/\($0.folder)", exclude: ["README.md"])
        },
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        // An async function runs where its caller runs: no thread is changed on the way of a request.
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
