import Glibc

/// The file of the certificate authorities that the machine trusts.
///
/// libcurl looks where the distribution that built it keeps them, and a function that was packaged
/// on one distribution runs on another.
package enum TrustStore {
    /// The file for this process; nil where there is none, and libcurl's own place holds.
    package static let path = path(
        named: getenv("SSL_CERT_FILE").map { String(cString: $0) },
        isReadable: { access($0, R_OK) == 0 })

    /// SSL_CERT_FILE, as for OpenSSL's own programs, or the first place that can be read.
    static func path(named file: String?, isReadable: (String) -> Bool) -> String? {
        if let file, !file.isEmpty { return file }
        return places.first(where: isReadable)
    }

    private static let places = [
        // Debian and its like, and Alpine.
        "/etc/ssl/certs/ca-certificates.crt",
        // Amazon Linux, Fedora and their like.
        "/etc/pki/tls/certs/ca-bundle.crt",
    ]
}
