import Testing

@testable import HTTPClient

/// Which file of certificate authorities is used.
@Suite struct TrustStoreTests {
    @Test(
        arguments: [
            (
                readable: ["/etc/ssl/certs/ca-certificates.crt"],
                "/etc/ssl/certs/ca-certificates.crt"
            ),
            (readable: ["/etc/pki/tls/certs/ca-bundle.crt"], "/etc/pki/tls/certs/ca-bundle.crt"),
            (readable: [], nil),
        ] as [(readable: [String], path: String?)])
    func theFirstReadablePlaceIsTaken(readable: [String], path: String?) {
        #expect(TrustStore.path(named: nil, isReadable: readable.contains) == path)
        #expect(TrustStore.path(named: "", isReadable: readable.contains) == path)
    }

    @Test func aNamedFileHoldsWhetherItCanBeReadOrNot() {
        // A file that cannot be read fails the exchange; another place would widen the trust.
        #expect(TrustStore.path(named: "/named.pem", isReadable: { _ in true }) == "/named.pem")
        #expect(TrustStore.path(named: "/named.pem", isReadable: { _ in false }) == "/named.pem")
    }
}
