import Glibc
import LambdaEmulator

/// `lambda-emulator`: runs the functions of a SAM template on this machine.
@main
struct LambdaEmulatorTool {
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        let status: Int32
        do throws(ArgumentError) {
            switch try Command(Array(CommandLine.arguments.dropFirst())) {
            case .help(let text):
                Console.print(text)
                status = 0
            case .start(let options): status = StartCommand(options).run()
            case .invoke(let options): status = await InvokeCommand(options).run()
            }
        } catch {
            Console.complain(error.line)
            status = 2
        }
        exit(status)
    }
}
