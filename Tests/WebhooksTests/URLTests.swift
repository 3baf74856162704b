import Testing

@testable import Webhooks

/// Which spellings of an address an endpoint may have.
@Suite struct URLTests {
    @Test(
        "Accepted, with its origin",
        arguments: [
            ("https://a.example", "https://a.example"),
            ("https://a.example/", "https://a.example"),
            ("https://a.example?x=1", "https://a.example"),
            ("https://a.example/hook?to=b@c.example&x=%23", "https://a.example"),
            ("https://a.example/a//b/../c:8080/[x]", "https://a.example"),
            ("https://a_b-c.example/http://d.example/", "https://a_b-c.example"),
            ("HTTPS://A.Example/Hook", "https://a.example"),
            ("hTTps://A.EXAMPLE:8443/", "https://a.example:8443"),
            ("https://a.example:1/", "https://a.example:1"),
            ("https://a.example:65535", "https://a.example:65535"),
            ("https://203.0.113.7/", "https://203.0.113.7"),
            ("https://127.0.0.1/", "https://127.0.0.1"),
            ("https://localhost:8443/", "https://localhost:8443"),
            ("https://[2001:DB8::1]/", "https://[2001:db8::1]"),
            ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
            ("https://[::ffff:192.0.2.1]/", "https://[::ffff:192.0.2.1]"),
        ])
    func https(text: String, origin: String) throws {
        let url = try #require(WebhookURL(text: text))
        #expect(url.text == text)
        #expect(url.origin == origin)
        #expect(!url.isPlain)
    }

    @Test(
        "Plain http is accepted to a loopback literal",
        arguments: [
            ("http://127.0.0.1/", "http://127.0.0.1"),
            ("http://127.0.0.1:8080/hook", "http://127.0.0.1:8080"),
            ("http://127.255.0.254", "http://127.255.0.254"),
            ("http://[::1]", "http://[::1]"),
            ("HTTP://[::1]:8080/", "http://[::1]:8080"),
            ("http://localhost:3000/", "http://localhost:3000"),
            ("HTTP://LocalHost?x", "http://localhost"),
        ])
    func plain(text: String, origin: String) throws {
        let url = try #require(WebhookURL(text: text))
        #expect(url.text == text)
        #expect(url.origin == origin)
        #expect(url.isPlain)
    }

    @Test(
        "Plain http to anything else is refused",
        arguments: [
            "a.example", "203.0.113.7", "10.0.0.1", "128.0.0.1", "0.0.0.0", "169.254.169.254",
            "127.1", "127.0.1", "127.0.0.1.", "127.0.0.01", "127.0.0.001", "127.00.0.1",
            "0127.0.0.1", "127.0.0.256", "127.0.0.", "127..0.1", "127.0.0.1.1", "127.0.0.+1",
            "127.0.0.-1", "127.0.0.0x1", "0x7f.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433",
            "0x7f000001", "0", "localhost.", "localhost.example", "a.localhost", "[::]",
            "[::2]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::7f00:1]",
            "[64:ff9b::7f00:1]", "[2001:db8::1]", "127.0.0.1.example", "１２７.0.0.1",
        ])
    func plainRefused(host: String) {
        #expect(WebhookURL(text: "http://\(host)/") == nil)
    }

    @Test(
        "Another scheme, or none, is refused",
        arguments: [
            "", "a.example", "//a.example/", "/hook", "https", "https:", "https:a.example",
            "https:/a.example", "https//a.example", "://a.example", "ftp://a.example/",
            "file:///etc/passwd", "gopher://a.example/", "ws://a.example/", "httpss://a.example/",
            "xhttps://a.example/", "https+x://a.example/", "javascript:https://a.example/",
            "https:https://a.example/", "%68ttps://a.example/", "data:,x",
        ])
    func scheme(text: String) {
        #expect(WebhookURL(text: text) == nil)
    }

    @Test(
        "A host that is empty, or could be read as another, is refused",
        arguments: [
            "https://", "https:///", "https:///a.example", "https://?x", "https://:443/",
            "https://user@a.example/", "https://user:secret@a.example/", "https://@a.example/",
            "https://a.example@127.0.0.1/", "https://a.example:443@127.0.0.1/",
            "https://a%2eexample/", "https://a.example%2f@b.example/", "https://%31%32%37.0.0.1/",
            "https://127.0.0.1%00.a.example/", "https://a.example%/", "https://a,b.example/",
            "https://a+b.example/", "https://a*.example/", "https://(a).example/",
            "https://a;b/", "https://a&b/", "https://a=b/", "https://$a/", "https://'a'/",
            "https://a!b/", "https://~a/",
        ])
    func host(text: String) {
        #expect(WebhookURL(text: text) == nil)
    }

    @Test(
        "An IPv6 literal that is none is refused",
        arguments: [
            "[]", "[", "]", "[::1", "::1", "::1]", "[[::1]]", "[::1]]", "[::1]x", "[::1]443",
            "[127.0.0.1]", "[a.example]", "[:]", "[:::]", "[1:2:3:4:5:6:7]",
            "[1:2:3:4:5:6:7:8:9]", "[::1::]", "[::g]", "[12345::]", "[fe80::1%eth0]",
            "[fe80::1%25eth0]", "[::127.1]", "[v1.a:b]", "2001:db8::1",
        ])
    func literal(host: String) {
        #expect(WebhookURL(text: "https://\(host)/") == nil)
    }

    @Test(
        "A port that is not a number from 1 to 65535 is refused",
        arguments: [
            "", "0", "00", "65536", "99999", "100000", "000443", "4294967739", "-1", "+443",
            "443a", "a", "0x1bb", "4 43", "443:443", ":443", "44٣", "4%343", "18446744073709551616",
        ])
    func port(text: String) {
        #expect(WebhookURL(text: "https://a.example:\(text)/") == nil)
        #expect(WebhookURL(text: "https://[2001:db8::1]:\(text)/") == nil)
    }

    @Test(
        "A fragment, a backslash, a space, a control character or anything not ASCII is refused",
        arguments: [
            "#", "#x", "\\", " ", "\t", "\r", "\n", "\r\n", "\0", "\u{1b}", "\u{7f}", "\u{a0}",
            "é", "日本", "\u{ff0f}", "\u{3002}", "\u{200b}", "\u{202e}", "🛫",
        ])
    func character(_ text: String) {
        #expect(WebhookURL(text: "https://a.example/x") != nil)
        #expect(WebhookURL(text: "https://a.example/x\(text)") == nil)
        #expect(WebhookURL(text: "https://a.example/x?y\(text)z") == nil)
        #expect(WebhookURL(text: "https://a.example\(text)/x") == nil)
        #expect(WebhookURL(text: "\(text)https://a.example/x") == nil)
    }

    @Test("2,048 bytes are accepted, one more is refused")
    func length() {
        let address = "https://a.example/"
        let longest = address + String(repeating: "x", count: 2_048 - address.utf8.count)
        #expect(WebhookURL(text: longest)?.text == longest)
        #expect(WebhookURL(text: longest + "x") == nil)
    }
}
