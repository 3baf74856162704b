import Glibc
import LambdaEmulator

/// `lambda-emulator`: runs the functions of a SAM template on this machine.
@main
struct LambdaEmulatorTool {
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        FreedMemory.bound()
        let status: Int32
        do throws(ArgumentError) {
            switch try Command(Array(CommandLine.arguments.dropFirst())) {
            case .help(let text):
                Console.print(text)
                status = 0
            case .run(let command): status = await command.run()
            }
        } catch {
            Console.complain(error.line)
            status = 2
        }
        exit(status)
    }
}
