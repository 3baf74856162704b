import CCurl

extension Curl {
    /// A URL taken apart once, for the many exchanges that go to it.
    ///
    /// libcurl would take a text apart, and put it together again, for each of them, byte by byte.
    final class Origin {
        let url: String
        let handle: OpaquePointer

        /// - Throws: ``HTTPClientError/Code/invalidURL``.
        init(_ url: String) throws(HTTPClientError) {
            guard let handle = curl_url() else {
                throw HTTPClientError(.other, "out of memory for a url")
            }
            self.url = url
            self.handle = handle
            let flags = UInt32(CURLU_DISALLOW_USER | CURLU_PATH_AS_IS)
            guard curl_url_set(handle, CURLUPART_URL, url, flags) == CURLUE_OK else {
                throw HTTPClientError(.invalidURL, "origin is not a url")
            }
        }

        deinit { curl_url_cleanup(handle) }
    }
}
