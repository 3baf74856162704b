import CCurl

extension Curl.Easy {
    /// Prepares a request whose body comes in pieces and is sent in chunks (RFC 9112, section 7.1).
    ///
    /// It takes a connection of its own and closes it afterwards: a kept one that the peer has
    /// meanwhile closed could not be noticed before the first piece is gone.
    func prepare(
        method: String, url: String, fields: Curl.FieldList, source: UploadSource
    ) throws(HTTPClientError) {
        try prepare(method: method, url: url, fields: fields, body: nil)
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_POST, 1), (CURLOPT_FRESH_CONNECT, 1), (CURLOPT_FORBID_REUSE, 1),
        ]
        for (option, value) in numbers {
            try Curl.check(ttsr_curl_set_long(handle, option, value))
        }
        let context = Unmanaged.passUnretained(source).toOpaque()
        try Curl.check(ttsr_curl_set_receiver(handle, CURLOPT_READFUNCTION, readBody))
        try Curl.check(ttsr_curl_set_pointer(handle, CURLOPT_READDATA, context))
        try Curl.check(ttsr_curl_set_trailers(handle, addTrailers))
        try Curl.check(ttsr_curl_set_pointer(handle, CURLOPT_TRAILERDATA, context))
    }

    /// Goes on with a body that had no piece left.
    func resume() throws(HTTPClientError) {
        try Curl.check(curl_easy_pause(handle, CURLPAUSE_CONT))
    }
}

private func readBody(
    bytes: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return Int(CURL_READFUNC_ABORT) }
    let source = Unmanaged<UploadSource>.fromOpaque(context).takeUnretainedValue()
    let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
    return source.read(into: buffer) ?? Int(CURL_READFUNC_PAUSE)
}

/// The list becomes libcurl's, which frees it.
private func addTrailers(
    list: UnsafeMutablePointer<UnsafeMutablePointer<curl_slist>?>?,
    context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let list, let context else { return CURL_TRAILERFUNC_ABORT }
    let source = Unmanaged<UploadSource>.fromOpaque(context).takeUnretainedValue()
    for trailer in source.trailers {
        guard let longer = curl_slist_append(list.pointee, "\(trailer.name): \(trailer.value)")
        else { return CURL_TRAILERFUNC_ABORT }
        list.pointee = longer
    }
    return CURL_TRAILERFUNC_OK
}
