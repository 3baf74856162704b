/// `BinaryMediaTypes` of a REST API: which bodies are bytes, and not text.
///
/// Source: "Working with binary media types for REST APIs" of the API Gateway developer guide.
struct BinaryMediaTypes: Sendable {
    private let types: [String]

    /// - Parameter types: Such as `image/png`, `image/*` or `*/*`, with `~1` for a slash or not.
    init(_ types: [String]) {
        self.types = types.map { $0.replacing("~1", with: "/").lowercased() }
    }

    /// Whether a type, or the first one of an `Accept` field, is one of them.
    func contain(_ field: String?) -> Bool {
        guard !types.isEmpty, let field else { return types.contains("*/*") }
        let type = field.prefix { $0 != ";" && $0 != "," }.lowercased()
        return types.contains { pattern in
            pattern == "*/*" || pattern == type
                || pattern.hasSuffix("/*") && type.hasPrefix(pattern.dropLast())
        }
    }
}
