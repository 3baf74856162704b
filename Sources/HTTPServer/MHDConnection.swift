internal import CMicroHTTPD
import Glibc

/// One connection of libmicrohttpd, and the calls that may be made on it.
///
/// `@unchecked Sendable` because the pointer is only used while its request is open: by the
/// daemon's own thread, or by `HTTPResponder` under its lock while the connection is suspended,
/// which libmicrohttpd allows for `MHD_resume_connection` from any thread.
struct MHDConnection: @unchecked Sendable {
    let pointer: OpaquePointer

    func suspend() { MHD_suspend_connection(pointer) }
    func resume() { MHD_resume_connection(pointer) }

    /// Ends both directions; the socket stays libmicrohttpd's to close.
    func shutDown() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    var descriptor: Int32 { ttsr_mhd_socket(pointer) }
    var context: UnsafeMutableRawPointer? { ttsr_mhd_socket_context(pointer) }

    /// Queues the answer; false when libmicrohttpd refuses it, and the connection must be closed.
    func queue(_ answer: borrowing MHDAnswer) -> Bool {
        guard let response = answer.response else { return false }
        answer.stream?.attach(self)
        return MHD_queue_response(pointer, answer.status, response) != .NO
    }

    /// All header fields of the request, in order.
    func fields() -> [(name: String, value: String)] { fields(.HEADER_KIND) }

    /// The trailer fields of a chunked request, in order.
    func trailers() -> [(name: String, value: String)] { fields(.FOOTER_KIND) }

    private func fields(_ kind: MHD_ValueKind) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        fields.reserveCapacity(8)
        withUnsafeMutablePointer(to: &fields) { list in
            _ = MHD_get_connection_values(
                pointer, kind,
                { list, _, name, value in
                    guard let list, let name else { return .YES }
                    list.assumingMemoryBound(to: [(name: String, value: String)].self)
                        .pointee.append(
                            (String(cString: name), value.map { String(cString: $0) } ?? ""))
                    return .YES
                }, list)
        }
        return fields
    }

    /// The value of one header field, or nil.
    func field(_ name: StaticString) -> String? {
        name.withUTF8Buffer { buffer -> String? in
            guard let base = buffer.baseAddress else { return nil }
            let value = base.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                MHD_lookup_connection_value(pointer, .HEADER_KIND, $0)
            }
            return value.map { String(cString: $0) }
        }
    }
}

/// A response object of libmicrohttpd, released with its owner.
///
/// `@unchecked Sendable` because it is written once, before another thread can see it.
final class MHDAnswer: @unchecked Sendable {
    let status: UInt32
    let response: OpaquePointer?
    /// Where the body comes from while it is being made.
    let stream: HTTPBodyStream?

    init(status: Int, fields: [(String, String)], body: [UInt8]) {
        self.status = UInt32(clamping: status)
        stream = nil
        var bytes = body
        response = bytes.withUnsafeMutableBytes {
            MHD_create_response_from_buffer($0.count, $0.baseAddress, .RESPMEM_MUST_COPY)
        }
        add(fields)
    }

    init(status: Int, fields: [(String, String)], stream: HTTPBodyStream) {
        self.status = UInt32(clamping: status)
        self.stream = stream
        // Given back when libmicrohttpd frees the response.
        let context = Unmanaged.passRetained(stream).toOpaque()
        response = ttsr_mhd_streamed_response(Self.blockBytes, Self.read, context, Self.free)
        if response == nil { Self.free(context) }
        add(fields)
    }

    deinit { if let response { MHD_destroy_response(response) } }

    /// A refused field (a line break in it, or one that is the server's business) is left out.
    private func add(_ fields: [(String, String)]) {
        guard let response else { return }
        for (name, value) in fields { _ = MHD_add_response_header(response, name, value) }
    }

    private static let blockBytes = 16 * 1024

    private static let read: MHD_ContentReaderCallback = { context, _, buffer, count in
        guard let context, let buffer else { return ttsr_mhd_end_with_error }
        return Unmanaged<HTTPBodyStream>.fromOpaque(context).takeUnretainedValue()
            .read(into: UnsafeMutableRawBufferPointer(start: buffer, count: count))
    }

    private static let free: MHD_ContentReaderFreeCallback = { context in
        guard let context else { return }
        Unmanaged<HTTPBodyStream>.fromOpaque(context).release()
    }
}
