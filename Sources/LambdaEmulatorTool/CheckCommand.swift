import Glibc
import LambdaEmulator

/// Reads a template and tells what the emulator makes of it.
struct CheckCommand: Subcommand {
    static let name = "check"
    static let synopsis = "check [options]"
    static let summary = "tell what a template comes to"
    static let help = """
        Usage: lambda-emulator check [options]

          --template FILE         the SAM template (\(UsualTemplate.help))
          --parameter Name=Value  a parameter of the template; once for each
          --strict                exit 1 when there is anything to warn of

        Starts nothing. Prints the functions with what calls them, the schedules with when they
        fire next, the queues and the table streams on standard output; and on standard error what
        the template asks for that is not emulated, the functions whose binary is not there and the
        limits of AWS that they cross. Exits 2 when the template has an error.
        """

    private var template = UsualTemplate.path
    private var parameters: [String: String] = [:]
    private var isStrict = false
    /// Takes the output.
    var print: @Sendable ([UInt8]) -> Void = Console.write
    /// Takes a warning.
    var warn: @Sendable (String) -> Void = { Console.complain("warning: \($0)") }

    init(_ words: inout ArgumentReader) throws(ArgumentError) {
        while let word = words.next() {
            switch word {
            case "--template": template = try words.value(of: word)
            case "--parameter": try words.parameter(into: &parameters)
            case "--strict": isStrict = true
            default: throw ArgumentError(line: "\(word): not an option of check; see --help")
            }
        }
    }

    func run() -> Int32 {
        do throws(TemplateError) {
            let template = try TemplateReader.read(path: template, parameters: parameters)
            print(Array(TemplateSummary(template, atMs: EmulatorClock.system.unixMs()).text.utf8))
            let warnings = template.warnings.map(\.description) + template.limitsCrossed
            for warning in warnings { warn(warning) }
            return isStrict && !warnings.isEmpty ? 1 : 0
        } catch {
            Console.complain(error.description)
            return 2
        }
    }
}
