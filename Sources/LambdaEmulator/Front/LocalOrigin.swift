internal import HTTPServer

/// Whether a request comes from this machine's own programs, and not from a page of somebody else
/// in its browser.
///
/// The server listens on loopback only, but a page from anywhere may let the browser send requests
/// there (cross-site request forgery), and a name of its own may be made to resolve there (DNS
/// rebinding): the one shows in `Origin` and `Sec-Fetch-Site`, the other in `Host`.
/// Source: OWASP, "Cross-Site Request Forgery Prevention Cheat Sheet".
enum LocalOrigin {
    static func permits(_ request: HTTPServerRequest) -> Bool {
        if let host = request.field("Host"), !isLoopback(authority: host[...]) { return false }
        if let site = request.field("Sec-Fetch-Site"), site == "cross-site" { return false }
        guard let origin = request.field("Origin") else { return true }
        guard let slashes = origin.firstRange(of: "://") else { return false }
        return isLoopback(authority: origin[slashes.upperBound...])
    }

    /// `host` or `host:port`.
    private static func isLoopback(authority: Substring) -> Bool {
        var host = authority
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") { host = host[..<colon] }
        return host == "127.0.0.1" || host == "localhost" || host == "[::1]"
            || host.hasSuffix(".localhost")
    }
}
