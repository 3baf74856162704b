import Testing

@testable import HTTPClient

@Suite("Address policy")
struct AddressPolicyTests {
    private func permits(_ address: String, allowing networks: [String] = []) throws -> Bool {
        let prefixes = try networks.map { try #require(NetworkPrefix(text: $0)) }
        return AddressPolicy(allowedNetworks: prefixes)
            .permits(try #require(IPAddress(text: address)))
    }

    @Test(
        "global unicast addresses are open",
        arguments: [
            "8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "192.0.1.1",
            "198.17.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2400::1",
        ])
    func publicIsOpen(_ address: String) throws {
        #expect(try permits(address))
    }

    @Test("an operator's loopback network opens loopback and nothing else")
    func loopbackOnly() throws {
        let networks = ["127.0.0.0/8"]
        #expect(try permits("127.0.0.1", allowing: networks))
        #expect(try permits("127.255.0.9", allowing: networks))
        for closed in ["10.0.0.1", "::1", "169.254.169.254", "::ffff:127.0.0.1", "0.0.0.0"] {
            #expect(try !permits(closed, allowing: networks), "\(closed)")
        }
    }

    @Test("a /16 opens itself; its neighbours stay closed")
    func exactRange() throws {
        #expect(try permits("10.1.0.0", allowing: ["10.1.0.0/16"]))
        #expect(try permits("10.1.255.255", allowing: ["10.1.0.0/16"]))
        #expect(try !permits("10.0.255.255", allowing: ["10.1.0.0/16"]))
        #expect(try !permits("10.2.0.0", allowing: ["10.1.0.0/16"]))
    }

    @Test(
        "metadata services stay closed inside every allowed network, even their own",
        arguments: [
            ("169.254.169.254", "169.254.0.0/16"), ("169.254.169.254", "169.254.169.254/32"),
            ("169.254.170.2", "169.254.0.0/16"), ("168.63.129.16", "0.0.0.0/0"),
            ("100.100.100.200", "100.64.0.0/10"), ("fd00:ec2::254", "fd00::/8"),
            ("::ffff:169.254.169.254", "::/0"), ("64:ff9b::a9fe:a9fe", "64:ff9b::/96"),
            ("2002:a9fe:a9fe::1", "2002::/16"), ("0.0.0.0", "0.0.0.0/0"),
            ("224.0.0.1", "0.0.0.0/0"),
        ])
    func metadata(_ address: String, _ network: String) throws {
        #expect(try !permits(address, allowing: [network]))
    }

    @Test("a translated address is open only with its network and its IPv4 address")
    func translated() throws {
        #expect(try permits("64:ff9b::808:808", allowing: ["64:ff9b::/96"]))
        #expect(try !permits("64:ff9b::a00:1", allowing: ["64:ff9b::/96"]))
        #expect(try permits("64:ff9b::a00:1", allowing: ["64:ff9b::/96", "10.0.0.0/8"]))
        #expect(try permits("::1", allowing: ["::1/128"]))
        #expect(try permits("fd12::9", allowing: ["fd12::/16"]))
    }

    @Test(
        "prefixes with a wrong address, length or host bit are not prefixes",
        arguments: [
            "", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "10/8", "::/129",
            "::1/64", "10.0.0.0/+8", "10.0.0.0/8/8", "x/8", "127.1/8",
        ])
    func malformed(_ text: String) { #expect(NetworkPrefix(text: text) == nil) }

    @Test("ports of well-known data services are closed to callers, web and high ports open")
    func ports() {
        for port: UInt16 in [22, 25, 6379, 5432, 0] {
            #expect(!AddressPolicy.publicOnly.permits(port: port))
            #expect(AddressPolicy.unrestricted.permits(port: port))
        }
        for port: UInt16 in [80, 443, 8080, 8443, 50_000] {
            #expect(AddressPolicy.publicOnly.permits(port: port))
        }
    }
}
