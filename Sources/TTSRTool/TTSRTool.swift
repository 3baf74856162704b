import Glibc
import TTSR
import TableStore

/// `ttsr`: the operator's tool, on the same store as the functions.
@main
enum TTSRTool {
    static func main() async {
        do {
            try await run(Array(CommandLine.arguments.dropFirst()))
        } catch let error as UsageError {
            Output.error("ttsr: \(error.message) (see ttsr --help)")
            exit(2)
        } catch let error as CommandFailure {
            Output.error("ttsr: \(error.message)")
            exit(1)
        } catch let error as TableStoreError {
            Output.error("ttsr: the store failed: \(error.code)")
            exit(1)
        } catch {
            Output.error("ttsr: an unexpected error of type \(type(of: error))")
            exit(1)
        }
    }

    private static func run(_ words: [String]) async throws {
        if words.isEmpty || words == ["--help"] || words == ["help"] {
            return Output.line(Help.text)
        }
        if words == ["--version"] { return Output.line("ttsr \(Service.version)") }
        var arguments = try Arguments(words)
        let noun = try arguments.word("a command")
        switch noun {
        case "score": try ScoreCommand.run(&arguments)
        case "client", "webhook", "outbox", "audit":
            let verb = try arguments.word("what to do with \(noun)")
            switch (noun, verb) {
            case ("client", "add"): try await ClientCommand.add(&arguments)
            case ("client", "list"): try await ClientCommand.list(&arguments)
            case ("client", "remove"): try await ClientCommand.remove(&arguments)
            case ("webhook", "add"): try await WebhookCommand.add(&arguments)
            case ("webhook", "list"): try await WebhookCommand.list(&arguments)
            case ("webhook", "enable"): try await WebhookCommand.enable(&arguments)
            case ("webhook", "remove"): try await WebhookCommand.remove(&arguments)
            case ("webhook", "listen"): try await ListenCommand.run(&arguments)
            case ("outbox", "list"): try await OutboxCommand.list(&arguments)
            case ("outbox", "redrive"): try await OutboxCommand.redrive(&arguments)
            case ("audit", "verify"): try await AuditCommand.verify(&arguments)
            default: throw UsageError("\(noun) has no such command")
            }
        default: throw UsageError("there is no such command")
        }
    }
}
