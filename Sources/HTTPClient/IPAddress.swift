import Glibc

/// An IPv4 or IPv6 address as a number.
package enum IPAddress: Sendable, Hashable {
    /// 32 bits, the first octet highest.
    case v4(UInt32)
    /// 128 bits in two halves, the first group highest.
    case v6(high: UInt64, low: UInt64)

    /// Reads the canonical textual forms of `inet_pton(3)`: four decimal octets, or RFC 4291.
    ///
    /// Short, octal and hexadecimal IPv4 spellings are not addresses here; a URL host in such a
    /// spelling is normalised by the URL parser and vetted at connect time.
    package init?(text: String) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self = .v4(UInt32(bigEndian: v4.s_addr))
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            self = IPAddress(v6)
        } else {
            return nil
        }
    }

    init(_ address: in6_addr) {
        let halves = withUnsafeBytes(of: address) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        self = .v6(high: halves.0, low: halves.1)
    }

    /// The IPv4 address that a translated or tunnelled IPv6 address leads to, if it is one.
    ///
    /// Mapped and compatible (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380).
    var embeddedIPv4: IPAddress? {
        guard case .v6(let high, let low) = self else { return nil }
        if high == 0, low >> 32 == 0 || low >> 32 == 0xFFFF {
            return .v4(UInt32(truncatingIfNeeded: low))
        }
        if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 {
            return .v4(UInt32(truncatingIfNeeded: low))
        }
        if high >> 48 == 0x2002 {
            return .v4(UInt32(truncatingIfNeeded: high >> 16))
        }
        if high >> 32 == 0x2001_0000 {
            return .v4(~UInt32(truncatingIfNeeded: low))
        }
        return nil
    }
}
