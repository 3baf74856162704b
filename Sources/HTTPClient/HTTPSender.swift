import Glibc

/// Sends many requests at once and returns the results in the order of the requests.
///
/// Every call has its own thread, connections and address policy: nothing of one call is reused
/// by another. Redirects are answers, proxies are ignored, content stays encoded.
package struct HTTPSender: Sendable {
    let limits: HTTPLimits
    let policy: AddressPolicy
    let concurrentMax: Int
    let perHostMax: Int
    let hostAddresses: [String: [String]]
    let trustFile: String?

    /// - Parameters:
    ///   - limits: Per request; its deadline runs from the moment the request's turn has come.
    ///   - concurrentMax: Requests on their way at one time, at least 1.
    ///   - perHostMax: The same for one host and port.
    ///   - hostAddresses: Answers for names (lower case) in place of the system's resolver.
    ///   - trustFile: The certificate authorities that TLS peers are verified by, a PEM file.
    package init(
        limits: HTTPLimits, policy: AddressPolicy, concurrentMax: Int, perHostMax: Int,
        hostAddresses: [String: [String]] = [:], trustFile: String? = TrustStore.path
    ) {
        self.limits = limits
        self.policy = policy
        self.concurrentMax = max(1, concurrentMax)
        self.perHostMax = max(1, perHostMax)
        self.hostAddresses = hostAddresses
        self.trustFile = trustFile
    }

    /// Sends them all; a failure of one is its own result and touches no other.
    ///
    /// Cancelling the task does not cut exchanges short: their deadline bounds the call.
    package func send(_ requests: [HTTPRequest]) async -> [Result<HTTPResponse, HTTPClientError>] {
        guard !requests.isEmpty else { return [] }
        return await withCheckedContinuation { continuation in
            let start = ThreadStart {
                continuation.resume(returning: HTTPSenderRun(self, requests).run())
            }
            if !start.launch() {
                let failure = HTTPClientError(.other, "no thread could be started")
                continuation.resume(returning: requests.map { _ in .failure(failure) })
            }
        }
    }
}

/// A closure on its way to a detached thread.
private final class ThreadStart: Sendable {
    private let work: @Sendable () -> Void

    init(_ work: @escaping @Sendable () -> Void) { self.work = work }

    /// False when the system refuses; the work is then never run.
    func launch() -> Bool {
        let context = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().work()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
