extension TemplateReader {
    /// `FunctionUrlConfig` of a function, or the properties of an `AWS::Lambda::Url`.
    mutating func readFunctionURL(
        _ properties: YAMLNode, of function: String
    ) throws(TemplateError) {
        switch try text(properties, "AuthType") {
        case "NONE": break
        case "AWS_IAM":
            warn(
                properties["AuthType"]?.line ?? properties.line,
                "AuthType: AWS_IAM is not emulated: every request passes")
        default:
            throw scope.error(
                properties["AuthType"] ?? properties, "AuthType", "NONE or AWS_IAM was expected")
        }
        template.functionURLs.append(
            FunctionURLDefinition(
                function: function, cors: try cors(try value(properties, "Cors")),
                isStreamed: try isStreamed(properties, "InvokeMode", "BUFFERED")))
    }

    /// A URL that is a resource of its own.
    mutating func readFunctionURL(_ entry: YAMLNode.Entry) throws(TemplateError) {
        let properties = entry.value["Properties"]
        guard let target = try text(properties, "TargetFunctionArn"),
            let reference = FunctionReference(target),
            let function = template.function(named: reference.name)
        else {
            return warn(
                entry.keyLine, "\(entry.key): its function is not one of the template's")
        }
        try readFunctionURL(
            properties ?? YAMLNode(.mapping([]), line: entry.keyLine), of: function.name)
    }
}
