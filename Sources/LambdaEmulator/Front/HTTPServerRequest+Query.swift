internal import HTTPServer

extension HTTPServerRequest {
    /// Query parameters, decoded, each name once with its values, in the order sent.
    var queryParameters: [(name: String, values: [String])] {
        guard let query, !query.isEmpty else { return [] }
        var parameters: [(name: String, values: [String])] = []
        for pair in query.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentEncoding.decode(halves[0], plusIsSpace: true)
            let value =
                halves.count == 2 ? PercentEncoding.decode(halves[1], plusIsSpace: true) : ""
            if let index = parameters.firstIndex(where: { $0.name == name }) {
                parameters[index].values.append(value)
            } else {
                parameters.append((name, [value]))
            }
        }
        return parameters
    }
}
