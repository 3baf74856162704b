/// What is wrong with a function's answer, in words for its developer: the place, what was expected
/// there and what was found, never a value.
struct AnswerProblem: Error, Equatable {
    let explanation: String

    init(_ explanation: String) { self.explanation = explanation }

    /// - Parameters:
    ///   - place: The key, as a JSON pointer without its first slash.
    ///   - offset: The byte that its value begins at.
    init(
        _ place: String, at offset: Int, expected: StaticString, found: JSONScanner.Kind? = nil
    ) {
        let what = found.map { ", \($0.name) was found" } ?? ""
        explanation = "\(place) (byte \(offset)): \(expected) was expected\(what)"
    }

    init(_ fault: JSONScanner.Fault) {
        explanation = "it is not JSON from byte \(fault.offset) on"
    }
}

extension JSONScanner.Kind {
    /// With its article.
    fileprivate var name: StaticString {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null"
        }
    }
}
