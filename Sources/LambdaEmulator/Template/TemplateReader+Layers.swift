extension TemplateReader {
    /// The folders of a function's layers; one that is not in the template, or in no folder, is
    /// warned of and left out.
    mutating func layers(_ node: YAMLNode?) throws(TemplateError) -> [String] {
        guard let node else { return [] }
        guard let items = try scope.resolve(node)?.items else {
            throw scope.error(node, "Layers", "a list of layers was expected")
        }
        var folders: [String] = []
        for item in items {
            guard let name = item.scalar else {
                throw scope.error(item, "Layers", "a layer's reference or ARN was expected")
            }
            guard let folder = try layerFolder(named: name, at: item) else { continue }
            folders.append(folder)
        }
        return folders
    }

    private mutating func layerFolder(
        named name: String, at node: YAMLNode
    ) throws(TemplateError) -> String? {
        guard let layer = scope.resources[name] else {
            warn(node.line, "Layers: \(name) is not in the template, and left out")
            return nil
        }
        guard layer["Type"]?.scalar == "AWS::Serverless::LayerVersion",
            let content = layer["Properties"]?["ContentUri"],
            let path = try scope.resolve(content)?.scalar
        else {
            warn(node.line, "Layers: \(name) has no ContentUri on this machine, and is left out")
            return nil
        }
        let folder = FileContent.absolute(path, in: directory)
        guard FileContent.isFolder(folder) else {
            warn(content.line, "ContentUri: \(folder) is not a folder; the layer is left out")
            return nil
        }
        return folder
    }
}
