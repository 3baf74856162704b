import Glibc
import Testing

@testable import LambdaEmulator

@Suite("Explanations of failures")
struct FailureExplanationTests {
    private func output(_ text: String) -> RecentOutput {
        var output = RecentOutput()
        output.append(
            text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8) })
        return output
    }

    @Test("names the signal, and shows the last lines")
    func lastLines() {
        let lines = (1...20).map { "line \($0)" }.joined(separator: "\n\n")
        let explanation = FailureExplanation.exit(
            .signal(SIGSEGV), after: "at once", output: output(lines))
        #expect(
            explanation.summary == "the process was ended by SIGSEGV (segmentation fault) at once")
        #expect(explanation.details.first == "the last lines it printed:")
        #expect(explanation.details.dropFirst() == (9...20).map { "line \($0)" }[...])
    }

    @Test("shows where a Swift program crashed instead, without the rest of what was printed")
    func backtrace() {
        let printed = """
            loading
            Swift/ContiguousArrayBuffer.swift:692: Fatal error: Index out of range

            *** Signal 4: Backtracing from 0x7f8a3756df7f... done ***

            *** Program crashed: Illegal instruction at 0x00007f8a3756df7f ***

            Platform: x86_64 Linux (Debian GNU/Linux 12 (bookworm))

            Thread 0 "bootstrap" crashed:

              0 0x0000559d13215faf score(_:_:) in bootstrap at /score/main.swift:2:60
              1 0x0000559d13215faf handle() + 63 in bootstrap at /score/main.swift:3:23
            ...

            Backtrace took 0.01s

            """
        let explanation = FailureExplanation.exit(
            .signal(SIGILL), after: "at once", output: output(printed))
        #expect(
            explanation.text == """
                the process was ended by SIGILL (illegal instruction) at once
                Swift/ContiguousArrayBuffer.swift:692: Fatal error: Index out of range
                *** Program crashed: Illegal instruction at 0x00007f8a3756df7f ***
                Thread 0 "bootstrap" crashed:
                  0 0x0000559d13215faf score(_:_:) in bootstrap at /score/main.swift:2:60
                  1 0x0000559d13215faf handle() + 63 in bootstrap at /score/main.swift:3:23
                ...
                """)
    }

    @Test("keeps a bounded number of lines of a bounded length")
    func bounds() {
        var output = RecentOutput()
        let long = [UInt8](repeating: 0x61, count: 100_000)
        for _ in 0..<1_000 { output.append([long, long]) }
        #expect(output.last(.max).count <= 256)
        #expect(output.last(1).first?.utf8.count == 512)
    }
}
