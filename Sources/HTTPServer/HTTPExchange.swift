/// One request while it is being read and until it is answered; owned by libmicrohttpd's thread.
///
/// Passed to libmicrohttpd as the request's closure pointer: retained when the request line was
/// read, released when the request is completed.
final class HTTPExchange {
    /// How much of a body that is too large is read and thrown away, so that the client is still
    /// there to read the 413; beyond it the connection is closed.
    static let discardedBytesMax = 64 * 1024 * 1024

    enum Phase { case started, reading, handled, refused, receiving }

    let target: String
    let responder: HTTPResponder
    var phase = Phase.started
    var body: [UInt8] = []
    /// The answer to a request whose body is too large.
    var refusal: HTTPServerAnswer?
    var discardedBytes = 0
    /// Takes the body piece by piece; nil for one that is read whole.
    var reception: HTTPReception?

    init(target: String, responder: HTTPResponder) {
        self.target = target
        self.responder = responder
    }

    /// The request is over: what holds on to its connection lets go.
    func close() {
        if phase == .receiving { reception?.receiver.aborted() }
        reception?.upload.close()
        responder.close()
    }

    /// Adds a piece of the body; false when it is too large.
    func append(_ bytes: UnsafeRawBufferPointer, bytesMax: Int) -> Bool {
        guard body.count + bytes.count <= bytesMax else { return false }
        body.append(contentsOf: bytes)
        return true
    }

    /// Throws a piece of a body away; false when there is too much of it even for that.
    func discard(_ bytes: UnsafeRawBufferPointer) -> Bool {
        discardedBytes += bytes.count
        return discardedBytes <= Self.discardedBytesMax
    }
}

/// A body that is received piece by piece.
struct HTTPReception {
    let receiver: any HTTPBodyReceiver
    let upload: HTTPUpload
}

/// What is known of a connection for as long as it lives.
final class HTTPConnectionOrigin {
    let localPort: UInt16
    let remoteAddress: String

    init(localPort: UInt16, remoteAddress: String) {
        self.localPort = localPort
        self.remoteAddress = remoteAddress
    }
}
