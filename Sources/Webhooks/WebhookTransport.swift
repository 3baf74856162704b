package import HTTPClient

/// Sends signed requests: over https to public addresses and to networks that the operator
/// allows, over plain http to allowed networks only.
package struct WebhookTransport: Sendable {
    /// Sends requests concurrently; the results are in their order.
    package let send: @Sendable ([HTTPRequest]) async -> [Result<HTTPResponse, HTTPClientError>]

    /// Makes a transport; tests give their own.
    package init(
        send: @escaping @Sendable ([HTTPRequest]) async -> [Result<HTTPResponse, HTTPClientError>]
    ) {
        self.send = send
    }

    /// The transport over libcurl: 15 s for a whole exchange, at most 64 KiB of an answer is read.
    ///
    /// - Parameter allowedNetworks: non-public networks that may be reached.
    package init(allowedNetworks: [NetworkPrefix]) {
        let limits = HTTPLimits(
            deadlineMs: 15_000, connectMs: 5_000, responseBytesMax: 65_536,
            truncateInsteadOfFail: true)
        let secure = HTTPSender(
            limits: limits, policy: AddressPolicy(allowedNetworks: allowedNetworks),
            concurrentMax: 16, perHostMax: 16)
        let plain = HTTPSender(
            limits: limits, policy: AddressPolicy(onlyNetworks: allowedNetworks),
            concurrentMax: 16, perHostMax: 16)
        send = { requests in
            // A batch is for one endpoint, so it is all of one scheme.
            let isPlain = requests.first?.url.lowercased().hasPrefix("http://") ?? false
            return await (isPlain ? plain : secure).send(requests)
        }
    }
}
