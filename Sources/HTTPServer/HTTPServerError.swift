/// Why a server or a listener could not be started.
package enum HTTPServerError: Error, Sendable, Equatable {
    /// Another address than 127.0.0.1 was asked for: this server never listens to the network.
    case notLoopback
    /// The port is taken, or the process may open no more sockets; `code` is errno.
    case listen(code: Int32)
    /// The HTTP daemon did not start: no memory or no thread.
    case start
    /// The server was stopped before.
    case stopped
}
