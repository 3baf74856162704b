/// A network in CIDR notation, such as `10.1.0.0/16` or `fd00::/8` (RFC 4632, RFC 4291).
package struct NetworkPrefix: Sendable, Hashable {
    private let address: IPAddress
    private let length: Int

    /// Reads `address/length`; nil when the address, the length or a set host bit is wrong.
    package init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(text: String(parts[0])),
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(parts[1])
        else { return nil }
        switch address {
        case .v4 where length > 32: return nil
        case .v6 where length > 128: return nil
        default: break
        }
        self.address = address
        self.length = length
        guard masked(address) == address else { return nil }
    }

    /// Whether the address lies inside; an IPv4 prefix holds IPv4 addresses only.
    package func contains(_ other: IPAddress) -> Bool {
        masked(other) == address
    }

    private func masked(_ other: IPAddress) -> IPAddress {
        switch other {
        case .v4(let bits):
            return .v4(bits & ~UInt32(truncatingIfNeeded: 0xFFFF_FFFF >> UInt64(min(length, 32))))
        case .v6(let high, let low):
            let highMask = length >= 64 ? UInt64.max : ~(UInt64.max >> UInt64(length))
            let lowMask = length <= 64 ? 0 : ~(UInt64.max >> UInt64(length - 64))
            return .v6(high: high & highMask, low: low & lowMask)
        }
    }
}
