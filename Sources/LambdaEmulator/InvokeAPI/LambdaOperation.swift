/// A call of the AWS Lambda API, by its method and path.
///
/// Source: "Actions" of the AWS Lambda API reference.
enum LambdaOperation: CaseIterable {
    case invoke, invokeWithResponseStream, invokeAsync
    case listFunctions, getFunction, getFunctionConfiguration, getFunctionConcurrency
    case getFunctionURLConfig

    /// The method, the date in the path and what follows the function's name there.
    private var place: (method: String, date: String, rest: String) {
        switch self {
        case .invoke: ("POST", "2015-03-31", "/invocations")
        case .invokeWithResponseStream: ("POST", "2021-11-15", "/response-streaming-invocations")
        case .invokeAsync: ("POST", "2014-11-13", "/invoke-async")
        case .listFunctions: ("GET", "2015-03-31", "")
        case .getFunction: ("GET", "2015-03-31", "")
        case .getFunctionConfiguration: ("GET", "2015-03-31", "/configuration")
        case .getFunctionConcurrency: ("GET", "2019-09-30", "/concurrency")
        case .getFunctionURLConfig: ("GET", "2021-10-31", "/url")
        }
    }

    /// The API's paths begin with a date; those of a template's routes hardly do.
    static func isPath(_ path: String) -> Bool {
        let bytes = path.utf8
        guard bytes.count > 12, bytes.first == UInt8(ascii: "/") else { return false }
        let date = bytes.dropFirst().prefix(11)
        return zip(date, "0000-00-00/".utf8).allSatisfy { byte, pattern in
            pattern == UInt8(ascii: "0") ? 0x30...0x39 ~= byte : byte == pattern
        }
    }

    /// The call and the function it names, as written; nil for one that is not known.
    ///
    /// - Parameter path: One for which ``isPath(_:)`` is true.
    static func read(method: String, path: String) -> (LambdaOperation, function: Substring)? {
        let date = Substring(path.utf8.dropFirst().prefix(10))
        let resource = Substring(path.utf8.dropFirst(12))
        guard resource.hasPrefix("functions") else { return nil }
        let named = resource.utf8.dropFirst("functions".utf8.count)
        guard let slash = named.first else { return list(method, date) }
        guard slash == UInt8(ascii: "/") else { return nil }
        guard named.count > 1 else { return list(method, date) }
        let name = named.dropFirst().prefix { $0 != UInt8(ascii: "/") }
        var rest = named[name.endIndex...]
        // The deprecated call's path has a slash at its end.
        if rest.last == UInt8(ascii: "/") { rest = rest.dropLast() }
        let ending = Substring(rest)
        let operation = allCases.first {
            $0 != .listFunctions && $0.place.method == method && $0.place.date == date
                && $0.place.rest == ending
        }
        return operation.map { ($0, Substring(name)) }
    }

    private static func list(
        _ method: String, _ date: Substring
    ) -> (LambdaOperation, function: Substring)? {
        method == "GET" && date == "2015-03-31" ? (.listFunctions, "") : nil
    }
}
