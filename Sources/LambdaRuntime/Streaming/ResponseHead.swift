/// What opens a streamed answer.
enum ResponseHead: Sendable, Equatable {
    /// A body of a media type, and nothing before it.
    case plain(contentType: String)
    /// An HTTP answer.
    case http(HTTPResponsePrelude)

    /// The media type that the platform is told.
    var contentType: String {
        switch self {
        case .plain(let contentType): contentType
        case .http: HTTPResponsePrelude.contentType
        }
    }

    /// What stands before the body.
    var opening: [UInt8] {
        switch self {
        case .plain: []
        case .http(let prelude): prelude.bytes
        }
    }
}
