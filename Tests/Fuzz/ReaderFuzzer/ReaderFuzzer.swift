import FuzzedReaders
import Glibc

/// Feeds one reader with what libFuzzer makes of a corpus.
///
/// usage: ReaderFuzzer READER [libFuzzer's arguments]
///
/// `scripts/fuzz` links libFuzzer into it; without that it says so and ends.
@main
enum ReaderFuzzer {
    private typealias Driver =
        @convention(c) (
            UnsafeMutablePointer<CInt>,
            UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
            @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
        ) -> CInt

    /// Set once, before libFuzzer is started: its callback is a C function without a context.
    private nonisolated(unsafe) static var reader = FuzzedReader.strictJSON

    static func main() {
        guard let name = CommandLine.arguments.dropFirst().first,
            let reader = FuzzedReader(rawValue: name)
        else {
            fail("one of \(FuzzedReader.allCases.map(\.rawValue)) was expected")
        }
        guard let symbol = dlsym(nil, "LLVMFuzzerRunDriver") else {
            fail("libFuzzer is not linked: run scripts/fuzz")
        }
        Self.reader = reader
        let drive = unsafeBitCast(symbol, to: Driver.self)
        // The reader's name stands where the program's name is looked for.
        var (count, arguments) = (CommandLine.argc - 1, CommandLine.unsafeArgv + 1)
        exit(
            drive(&count, &arguments) { bytes, count in
                ReaderFuzzer.reader.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    private static func fail(_ line: String) -> Never {
        print("error: \(line)")
        exit(2)
    }
}
