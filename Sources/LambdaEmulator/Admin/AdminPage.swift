internal import HTTPServer

/// The page that shows a running emulator: `GET /_emulator/`.
///
/// One file, with its script and its style in it. The policy that comes with it lets the browser
/// run and fetch nothing else: both are named by a number that is new for each answer, so that
/// what a function or a caller has sent could not pass for either.
/// Source: Content Security Policy Level 3, "Usage of nonce-source".
struct AdminPage: Sendable {
    /// The file between the places where the number goes.
    private let pieces: [ArraySlice<UInt8>]

    init() {
        let mark = Array("NONCE".utf8)
        var pieces: [ArraySlice<UInt8>] = []
        var rest = PackageResources.page_html[...]
        while let place = rest.firstRange(of: mark) {
            pieces.append(rest[..<place.lowerBound])
            rest = rest[place.upperBound...]
        }
        self.pieces = pieces + [rest]
    }

    var call: AdminCall {
        AdminCall(method: "GET", path: "") { _, responder in
            var random = SystemRandomNumberGenerator()
            let nonce = String(random.next(), radix: 16) + String(random.next(), radix: 16)
            responder.respond(
                status: 200, fields: Self.fields(nonce),
                body: Array(pieces.joined(separator: nonce.utf8)))
        }
    }

    private static func fields(_ nonce: String) -> [(String, String)] {
        let policy = [
            "default-src 'none'", "script-src 'nonce-\(nonce)'", "style-src 'nonce-\(nonce)'",
            "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'",
            "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        ]
        return [
            ("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"),
            ("content-security-policy", policy.joined(separator: "; ")),
            ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ]
    }
}
