/// Which addresses and ports may be connected to, judged for every single connect.
///
/// The resolver's answer is not trusted: the address is vetted when its socket would be opened, so
/// a name that changes its address between two look-ups gains nothing.
package struct AddressPolicy: Sendable {
    /// Global unicast addresses only: what a caller from outside may name.
    package static let publicOnly = AddressPolicy(allowedNetworks: [])

    /// Every address: for peers that the operator configured, such as the Runtime API.
    package static let unrestricted = AddressPolicy(isUnrestricted: true, allowedNetworks: [])

    private let isUnrestricted: Bool
    private let isPublicOpen: Bool
    private let allowedNetworks: [NetworkPrefix]

    /// Public addresses and, besides, the operator's networks.
    ///
    /// A network opens itself and nothing else. Cloud metadata services, the unspecified network
    /// and multicast stay closed even inside it; a translated or tunnelled address inside it is
    /// open only if the IPv4 address it leads to is open too.
    package init(allowedNetworks: [NetworkPrefix]) {
        self.init(isUnrestricted: false, allowedNetworks: allowedNetworks)
    }

    /// The operator's networks and no public address: for what may not cross the open network,
    /// such as plain http.
    package init(onlyNetworks: [NetworkPrefix]) {
        self.init(isUnrestricted: false, isPublicOpen: false, allowedNetworks: onlyNetworks)
    }

    private init(
        isUnrestricted: Bool, isPublicOpen: Bool = true, allowedNetworks: [NetworkPrefix]
    ) {
        self.isUnrestricted = isUnrestricted
        self.isPublicOpen = isPublicOpen
        self.allowedNetworks = allowedNetworks
    }

    /// Whether a connection to the address may be opened.
    package func permits(_ address: IPAddress) -> Bool {
        if isUnrestricted { return true }
        if Self.closed.contains(where: { $0.contains(address) }) { return false }
        if allowedNetworks.contains(where: { $0.contains(address) }) {
            guard let embedded = address.embeddedIPv4, !Self.loopback.contains(address) else {
                return true
            }
            return permits(embedded)
        }
        return isPublicOpen && Self.isPublic(address)
    }

    /// Whether a connection to the port may be opened: web ports, and high ports that belong to
    /// no well-known data service.
    package func permits(port: UInt16) -> Bool {
        if isUnrestricted || port == 80 || port == 443 { return true }
        return port >= 1024 && !Self.dataServicePorts.contains(port)
    }

    private static func isPublic(_ address: IPAddress) -> Bool {
        switch address {
        case .v4: !reservedIPv4.contains { $0.contains(address) }
        case .v6(let high, _):
            // Only 2000::/3 is global unicast (RFC 4291, IANA registry).
            high >> 61 == 1 && !reservedIPv6.contains { $0.contains(address) }
        }
    }

    private static func prefixes(_ texts: [String]) -> [NetworkPrefix] {
        texts.compactMap(NetworkPrefix.init(text:))
    }

    private static let loopback = prefixes(["::1/128"])[0]

    /// Closed to every allow-list.
    private static let closed = prefixes([
        "0.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "::/128", "ff00::/8",
        // Metadata services of the large clouds, and the task metadata of containers.
        "169.254.169.254/32", "169.254.169.253/32", "169.254.170.0/23", "168.63.129.16/32",
        "100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::/32", "fd20:ce::/32",
        "fe80::a9fe:a9fe/128",
    ])

    /// IANA IPv4 special-purpose address registry (RFC 6890 and its updates).
    private static let reservedIPv4 = prefixes([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    ])

    /// IANA IPv6 special-purpose address registry, as far as it lies inside 2000::/3.
    private static let reservedIPv6 = prefixes([
        "2001::/23", "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20",
    ])

    /// Databases, caches, queues and control planes: never the target of an HTTP call.
    private static let dataServicePorts: Set<UInt16> = [
        1433, 1521, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5672, 5900, 6379, 6443, 9042,
        9092, 9200, 9300, 10250, 11211, 27017,
    ]
}
