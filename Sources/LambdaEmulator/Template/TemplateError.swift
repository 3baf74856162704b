/// Why a template cannot be run, with the place.
public struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The template's file name.
    public let file: String
    /// From 1; 0 when the error is about no line, such as a parameter that was not given.
    public let line: Int
    /// The key the error is about.
    public let key: String
    /// What was expected there.
    public let expected: String

    /// `template.yaml:12: Timeout: a number of seconds from 1 to 900 was expected`.
    public var description: String {
        line > 0 ? "\(file):\(line): \(key): \(expected)" : "\(file): \(key): \(expected)"
    }
}
