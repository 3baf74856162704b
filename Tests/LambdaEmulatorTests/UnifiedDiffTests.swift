import Testing

@testable import LambdaEmulatorTool

@Suite("Differences")
struct UnifiedDiffTests {
    private func diff(_ old: String, _ new: String) -> String {
        UnifiedDiff(old, new, oldName: "old", newName: "new").text
    }

    private func lines(_ range: ClosedRange<Int>) -> String {
        range.map { "\($0)\n" }.joined()
    }

    @Test("the same texts do not differ", arguments: ["", "a", "a\nb\n", "\n\n"])
    func same(text: String) {
        #expect(diff(text, text) == "")
    }

    @Test(
        "what GNU diff -u says",
        arguments: [
            ("a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"),
            ("", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"),
            ("a\n", "", "@@ -1 +0,0 @@\n-a\n"),
            ("a\n", "a\nb\n", "@@ -1 +1,2 @@\n a\n+b\n"),
        ])
    func small(old: String, new: String, hunks: String) {
        #expect(diff(old, new) == "--- old\n+++ new\n" + hunks)
    }

    @Test("changes far apart are two hunks, near ones are one")
    func hunks() {
        let old = lines(1...30)
        let far = old.replacing("5\n6\n", with: "5\nx\n").replacing("24\n25\n", with: "24\n")
        #expect(
            diff(old, far) == """
                --- old
                +++ new
                @@ -3,7 +3,7 @@
                 3
                 4
                 5
                -6
                +x
                 7
                 8
                 9
                @@ -22,7 +22,6 @@
                 22
                 23
                 24
                -25
                 26
                 27
                 28

                """)
        let near = old.replacing("5\n6\n", with: "5\n").replacing("11\n12\n", with: "11\n")
        #expect(diff(old, near).split(separator: "\n").filter { $0.hasPrefix("@@") }.count == 1)
    }

    @Test("texts too long to compare are shown whole, but for what they have in common")
    func long() {
        let old = "head\n" + lines(1...3_000) + "tail\n"
        let new = "head\n" + lines(5_001...8_000) + "tail\n"
        let text = diff(old, new)
        #expect(text.hasPrefix("--- old\n+++ new\n@@ -1,3002 +1,3002 @@\n head\n-1\n"))
        #expect(text.hasSuffix("+8000\n tail\n"))
    }
}
