internal import HTTPServer

/// Whether a request names an API or a function's URL: by its host, as on AWS, or by the beginning
/// of its path, for clients that cannot choose the host.
///
/// `http://ID.execute-api.localhost:PORT/STAGE/path` or `/execute-api/ID/STAGE/path`;
/// `http://NAME.lambda-url.localhost:PORT/path` or `/lambda-url/NAME/path`.
struct FrontAddress {
    enum Kind: Substring, CaseIterable {
        case api = "execute-api"
        case functionURL = "lambda-url"
    }

    let kind: Kind
    /// The API's id or the function's name, lower-cased: a host has no case.
    let name: String
    /// The request as it would be without that part of its path.
    let request: HTTPServerRequest

    /// Nil for a request whose host names neither.
    init?(hostOf request: HTTPServerRequest) {
        guard let host = request.field("Host"),
            let dot = host.utf8.firstIndex(of: UInt8(ascii: ".")),
            let kind = Self.kind(beginning: host[dot...].dropFirst(), before: ".")
        else { return nil }
        self.kind = kind
        name = host[..<dot].lowercased()
        self.request = request
    }

    /// Nil for a request whose path names neither.
    init?(pathOf request: HTTPServerRequest) {
        let path = request.path[...].dropFirst()
        guard let kind = Self.kind(beginning: path, before: "/") else { return nil }
        let named = path.dropFirst(kind.rawValue.count + 1)
        let end = named.firstIndex(of: "/") ?? named.endIndex
        self.kind = kind
        name = PercentEncoding.decode(named[..<end]).lowercased()
        self.request = request.withPath(end == named.endIndex ? "/" : String(named[end...]))
    }

    private static func kind(beginning text: Substring, before mark: Character) -> Kind? {
        Kind.allCases.first { kind in
            text.hasPrefix(kind.rawValue) && text.dropFirst(kind.rawValue.count).first == mark
        }
    }
}

extension HTTPServerRequest {
    /// The same request with another path.
    func withPath(_ path: String) -> HTTPServerRequest {
        HTTPServerRequest(
            method: method, target: path + (query.map { "?\($0)" } ?? ""), fields: fields,
            body: body, localPort: localPort, remoteAddress: remoteAddress)
    }
}
