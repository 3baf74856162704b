import CCurl
import Glibc

/// The rules of the whole library, and the one place every return code passes through.
///
/// This file and its extensions alone touch libcurl. "You must never share the same handle in
/// multiple threads" (libcurl-thread(3)): each class below belongs to whoever created it and is not
/// Sendable.
enum Curl {
    /// Runs once before the first handle; a failed TLS write must be an error, not a SIGPIPE.
    private static let start: CURLcode = {
        signal(SIGPIPE, SIG_IGN)
        return ttsr_curl_global_init()
    }()

    static func initialize() throws(HTTPClientError) {
        try check(start)
    }

    static func check(_ code: CURLcode) throws(HTTPClientError) {
        guard code != CURLE_OK else { return }
        let detail = String(cString: curl_easy_strerror(code))
        throw HTTPClientError(stage(of: code), detail)
    }

    static func check(_ code: CURLMcode) throws(HTTPClientError) {
        guard code != CURLM_OK else { return }
        throw HTTPClientError(.other, String(cString: curl_multi_strerror(code)))
    }

    private static func stage(of code: CURLcode) -> HTTPClientError.Code {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED: .invalidURL
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: .connect
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
            .tls
        case CURLE_SEND_ERROR: .send
        case CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: .receive
        // The scheme is vetted before: what is unsupported here is the HTTP/0.9 of an answer.
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
            CURLE_HTTP2:
            .protocolViolation
        default: .other
        }
    }
}

extension Curl {
    /// A list of header lines in libcurl's own form, freed with the object.
    final class FieldList {
        fileprivate private(set) var head: UnsafeMutablePointer<curl_slist>?

        /// Besides the fields, silences what libcurl would add by itself.
        init(_ fields: [HTTPField]) throws(HTTPClientError) {
            for field in fields {
                // "Name;" is libcurl's spelling of a field with an empty value.
                try append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
            }
            for name in ["Accept", "Content-Type", "Expect"]
            where !fields.contains(where: { equalIgnoringCase($0.name.utf8, name.utf8) }) {
                try append("\(name):")
            }
        }

        private func append(_ line: String) throws(HTTPClientError) {
            guard let longer = curl_slist_append(head, line) else {
                throw HTTPClientError(.other, "out of memory for header lines")
            }
            head = longer
        }

        deinit { curl_slist_free_all(head) }
    }
}

extension Curl {
    /// One easy handle: a request at a time, its connections kept by the multi handle it is in.
    final class Easy {
        let handle: UnsafeMutableRawPointer
        let transfer: Transfer
        private var method = "GET"
        private var hasBody = false
        private var fieldList: FieldList?
        private var origin: Origin?
        private var hostAddresses: UnsafeMutablePointer<curl_slist>?

        init(
            limits: HTTPLimits, policy: AddressPolicy, userAgent: String?,
            trustFile: String? = TrustStore.path
        ) throws(HTTPClientError) {
            try Curl.initialize()
            guard let handle = curl_easy_init() else {
                throw HTTPClientError(.other, "out of memory for an easy handle")
            }
            self.handle = handle
            transfer = Transfer(limits: limits, policy: policy)
            try setConstants()
            if let userAgent {
                try Curl.check(ttsr_curl_set_text(handle, CURLOPT_USERAGENT, userAgent))
            }
            if let trustFile {
                try Curl.check(ttsr_curl_set_text(handle, CURLOPT_CAINFO, trustFile))
            }
        }

        deinit {
            curl_easy_cleanup(handle)
            curl_slist_free_all(hostAddresses)
        }

        /// What holds for every request of this handle; set once, because the run loop counts in
        /// microseconds.
        private func setConstants() throws(HTTPClientError) {
            let limits = transfer.limits
            let numbers: [(CURLoption, Int)] = [
                (CURLOPT_NOSIGNAL, 1), (CURLOPT_NOPROGRESS, 1), (CURLOPT_FOLLOWLOCATION, 0),
                (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
                (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
                (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
                (CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue)),
                (CURLOPT_DISALLOW_USERNAME_IN_URL, 1), (CURLOPT_PATH_AS_IS, 1),
                (CURLOPT_HTTP_CONTENT_DECODING, 0), (CURLOPT_HTTP09_ALLOWED, 0),
                (CURLOPT_TIMEOUT_MS, limits.deadlineMs ?? 0),
                (CURLOPT_CONNECTTIMEOUT_MS, limits.connectMs),
                // The resolver's thread is left behind at the deadline instead of waited for.
                (CURLOPT_QUICK_EXIT, 1),
            ]
            for (option, value) in numbers {
                try Curl.check(ttsr_curl_set_long(handle, option, value))
            }
            let texts: [(CURLoption, String)] = [
                (CURLOPT_PROTOCOLS_STR, "http,https"), (CURLOPT_PROXY, ""), (CURLOPT_NOPROXY, "*"),
            ]
            for (option, value) in texts {
                try Curl.check(ttsr_curl_set_text(handle, option, value))
            }
            try setReceivers()
        }

        private func setReceivers() throws(HTTPClientError) {
            let context = Unmanaged.passUnretained(transfer).toOpaque()
            try Curl.check(ttsr_curl_set_receiver(handle, CURLOPT_WRITEFUNCTION, receiveBody))
            try Curl.check(ttsr_curl_set_pointer(handle, CURLOPT_WRITEDATA, context))
            try Curl.check(ttsr_curl_set_receiver(handle, CURLOPT_HEADERFUNCTION, receiveHead))
            try Curl.check(ttsr_curl_set_pointer(handle, CURLOPT_HEADERDATA, context))
            try Curl.check(ttsr_curl_set_open_socket(handle, openSocket))
            try Curl.check(ttsr_curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, context))
        }

        /// Sets what differs from the request before. The body's bytes are not copied: they must
        /// stay where they are until the exchange is over.
        func prepare(
            method: String, url: String, fields: FieldList, body: UnsafeBufferPointer<UInt8>?
        ) throws(HTTPClientError) {
            if origin != nil {
                try Curl.check(ttsr_curl_set_pointer(handle, CURLOPT_CURLU, nil))
                try Curl.check(ttsr_curl_set_text(handle, CURLOPT_REQUEST_TARGET, nil))
                origin = nil
            }
            try Curl.check(ttsr_curl_set_text(handle, CURLOPT_URL, url))
            try prepare(method: method, fields: fields, body: body)
        }

        /// The same for a request to an origin; the target stands in the request line as it is.
        func prepare(
            method: String, origin: Origin, target: String, fields: FieldList,
            body: UnsafeBufferPointer<UInt8>?
        ) throws(HTTPClientError) {
            if self.origin !== origin {
                try Curl.check(
                    ttsr_curl_set_pointer(handle, CURLOPT_CURLU, UnsafeRawPointer(origin.handle)))
                self.origin = origin
            }
            try Curl.check(ttsr_curl_set_text(handle, CURLOPT_REQUEST_TARGET, target))
            try prepare(method: method, fields: fields, body: body)
        }

        private func prepare(
            method: String, fields: FieldList, body: UnsafeBufferPointer<UInt8>?
        ) throws(HTTPClientError) {
            transfer.reset()
            if fieldList !== fields {
                try Curl.check(ttsr_curl_set_list(handle, CURLOPT_HTTPHEADER, fields.head))
                fieldList = fields
            }
            if self.method != method || hasBody != (body != nil) {
                try set(method: method, hasBody: body != nil)
            }
            if let body {
                let base = UnsafeRawPointer(body.baseAddress) ?? UnsafeRawPointer(handle)
                try Curl.check(ttsr_curl_set_pointer(handle, CURLOPT_POSTFIELDS, base))
                try Curl.check(
                    ttsr_curl_set_offset(
                        handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
            }
        }

        /// The same with a copy of the body, for an exchange that outlives the caller's bytes.
        func prepare(
            method: String, url: String, fields: FieldList, copying body: [UInt8]?
        ) throws(HTTPClientError) {
            try prepare(method: method, url: url, fields: fields, body: nil)
            guard let body else { return }
            try set(method: method, hasBody: true)
            try Curl.check(
                ttsr_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
            try Curl.check(ttsr_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, body))
        }

        private func set(method: String, hasBody: Bool) throws(HTTPClientError) {
            try Curl.check(ttsr_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, nil))
            let shape =
                hasBody ? CURLOPT_POST : method == "HEAD" ? CURLOPT_NOBODY : CURLOPT_HTTPGET
            // HTTPGET first: it takes back what an earlier POST or HEAD has set.
            try Curl.check(ttsr_curl_set_long(handle, CURLOPT_HTTPGET, 1))
            try Curl.check(ttsr_curl_set_long(handle, shape, 1))
            let isImplied = method == (hasBody ? "POST" : "GET") || (!hasBody && method == "HEAD")
            if !isImplied {
                try Curl.check(ttsr_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, method))
            }
            self.method = method
            self.hasBody = hasBody
        }

        /// Answers for a name instead of the resolver: `host:port:address[,address]`.
        func set(hostAddresses line: String) throws(HTTPClientError) {
            curl_slist_free_all(hostAddresses)
            hostAddresses = curl_slist_append(nil, line)
            try Curl.check(ttsr_curl_set_list(handle, CURLOPT_RESOLVE, hostAddresses))
        }

        var status: Int {
            get throws(HTTPClientError) {
                var value = 0
                try Curl.check(ttsr_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &value))
                return value
            }
        }

        /// Turns libcurl's verdict into ours; a cut body that may be cut is a success.
        fileprivate func verdict(_ result: CURLcode) throws(HTTPClientError) {
            if result == CURLE_OK || transfer.isTruncated { return }
            if transfer.isAddressRefused {
                throw HTTPClientError(.addressRefused, "address is closed by policy")
            }
            if transfer.isOversized {
                throw HTTPClientError(.tooLarge, "answer is over its limit")
            }
            try Curl.check(result)
        }
    }
}

extension Curl {
    /// A set of running exchanges and the connections they share.
    final class Multi {
        private let handle: UnsafeMutableRawPointer

        init() throws(HTTPClientError) {
            try Curl.initialize()
            guard let handle = curl_multi_init() else {
                throw HTTPClientError(.other, "out of memory for a multi handle")
            }
            self.handle = handle
        }

        deinit { curl_multi_cleanup(handle) }

        func add(_ easy: Easy) throws(HTTPClientError) {
            try Curl.check(curl_multi_add_handle(handle, easy.handle))
        }

        func remove(_ easy: Easy) throws(HTTPClientError) {
            try Curl.check(curl_multi_remove_handle(handle, easy.handle))
        }

        /// Does what can be done without waiting; returns how many exchanges still run.
        func perform() throws(HTTPClientError) -> Int {
            var running: Int32 = 0
            try Curl.check(curl_multi_perform(handle, &running))
            return Int(running)
        }

        /// Waits for the sockets or libcurl's next timer, at most `timeoutMs`.
        func wait(timeoutMs: Int32) throws(HTTPClientError) {
            try Curl.check(curl_multi_poll(handle, nil, 0, timeoutMs, nil))
        }

        /// The same, and until a descriptor is readable; true when it is.
        func wait(timeoutMs: Int32, descriptor: Int32) throws(HTTPClientError) -> Bool {
            var extra = curl_waitfd(fd: descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
            try Curl.check(curl_multi_wait(handle, &extra, 1, timeoutMs, nil))
            return extra.revents != 0
        }

        /// The next finished exchange among `exchanges`: its index and how it ended.
        func nextFinished(
            among exchanges: [Easy]
        ) -> (index: Int, verdict: Result<Void, HTTPClientError>)? {
            var left: Int32 = 0
            while let message = curl_multi_info_read(handle, &left) {
                guard message.pointee.msg == CURLMSG_DONE,
                    let index = exchanges.firstIndex(where: {
                        $0.handle == message.pointee.easy_handle
                    })
                else { continue }
                let easy = exchanges[index]
                let result = ttsr_curl_message_result(message)
                return (index, Result { () throws(HTTPClientError) in try easy.verdict(result) })
            }
            return nil
        }

        /// How the only exchange ended.
        func finish(_ easy: Easy) throws(HTTPClientError) {
            var left: Int32 = 0
            guard let message = curl_multi_info_read(handle, &left) else {
                throw HTTPClientError(.other, "exchange ended without a result")
            }
            try easy.verdict(ttsr_curl_message_result(message))
        }
    }
}

private func receiveHead(
    bytes: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.receive(headLine: line) ? line.count : 0
}

private func receiveBody(
    bytes: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.receive(bodyPiece: piece) ? piece.count : 0
}

/// Called for every address that libcurl is about to connect to: the policy's gate.
private func openSocket(
    context: UnsafeMutableRawPointer?, purpose: curlsocktype,
    address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    let refused: curl_socket_t = -1
    guard let context, let address else { return refused }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let peer = withUnsafePointer(to: &address.pointee.addr) { peerAddress($0) }
    guard transfer.permits(peer?.address, port: peer?.port ?? 0) else { return refused }
    let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
    return socket(address.pointee.family, type, address.pointee.protocol)
}

private func peerAddress(
    _ pointer: UnsafePointer<sockaddr>
) -> (address: IPAddress, port: UInt16)? {
    let raw = UnsafeRawPointer(pointer)
    switch Int32(pointer.pointee.sa_family) {
    case AF_INET:
        let v4 = raw.loadUnaligned(as: sockaddr_in.self)
        return (.v4(UInt32(bigEndian: v4.sin_addr.s_addr)), UInt16(bigEndian: v4.sin_port))
    case AF_INET6:
        let v6 = raw.loadUnaligned(as: sockaddr_in6.self)
        return (IPAddress(v6.sin6_addr), UInt16(bigEndian: v6.sin6_port))
    default:
        return nil
    }
}
