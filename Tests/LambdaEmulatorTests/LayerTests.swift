import TestSupport
import Testing

@testable import LambdaEmulator

@Suite("Layers")
struct LayerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ layers: String) throws -> Template {
        let text = """
            Resources:
              Tools:
                Type: AWS::Serverless::LayerVersion
                Properties: {LayerName: tools, ContentUri: layers/tools}
              Base:
                Type: AWS::Serverless::LayerVersion
                Properties: {ContentUri: layers/base/}
              Zipped:
                Type: AWS::Serverless::LayerVersion
                Properties: {ContentUri: layers/zipped.zip}
              Remote:
                Type: AWS::Lambda::LayerVersion
                Properties: {Content: {S3Bucket: b, S3Key: k}}
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Runtime: provided.al2023
                  CodeUri: f
                  Layers: \(layers)
            """
        return try TemplateReader.read(
            Array(text.utf8), file: "template.yaml", directory: folder.path)
    }

    @Test(
        "a layer of the template stands for /opt: its programs, libraries and bootstrap are found")
    func finds() throws {
        try folder.write("f/code", "")
        try folder.write("layers/base/bootstrap", "", mode: 0o755)
        try folder.write("layers/tools/bin/tool", "", mode: 0o755)
        let template = try read("[!Ref Base, !Ref Tools]")
        let function = try #require(template.functions.first)
        let layers = [folder.path + "/layers/base", folder.path + "/layers/tools"]
        #expect(template.warnings.isEmpty)
        #expect(function.layers == layers)
        #expect(function.bootstrapPath == layers[0] + "/bootstrap")
        #expect(function.codeFolders == [folder.path + "/f"] + layers)
        let variables = FunctionEnvironment(
            definition: function, runtimeAPI: "", logStream: "", region: ""
        ).make()
        let path = try #require(variables.first { $0.hasPrefix("PATH=") })
        #expect(path.hasSuffix(":\(layers[1])/bin:\(layers[0])/bin"))
        let libraries = try #require(variables.first { $0.hasPrefix("LD_LIBRARY_PATH=") })
        #expect(libraries.hasSuffix("/f:\(folder.path)/f/lib:\(layers[1])/lib:\(layers[0])/lib"))
        try folder.write("f/bootstrap", "", mode: 0o755)
        #expect(function.bootstrapPath == folder.path + "/f/bootstrap", "its own comes first")
    }

    @Test("extensions are found by their names, a later layer's in the place of an earlier one's")
    func extensions() throws {
        try folder.write("layers/base/extensions/b", "", mode: 0o755)
        try folder.write("layers/base/extensions/a", "", mode: 0o755)
        try folder.write("layers/base/extensions/folder/x", "", mode: 0o755)
        try folder.write("layers/tools/extensions/b", "", mode: 0o755)
        let template = try read("[!Ref Base, !Ref Tools]")
        #expect(
            template.functions.first?.extensionPaths == [
                folder.path + "/layers/base/extensions/a",
                folder.path + "/layers/tools/extensions/b",
            ])
    }

    @Test("what is not on this machine is left out and named with its line")
    func warns() throws {
        try folder.write("f/bootstrap", "", mode: 0o755)
        let arn = "arn:aws:lambda:us-east-1:1:layer:other:3"
        let template = try read("[!Ref Zipped, !Ref Remote, \"\(arn)\"]")
        #expect(template.functions.first?.layers == [])
        #expect(
            template.warnings.map(\.description) == [
                "template.yaml:10: ContentUri: \(folder.path)/layers/zipped.zip is not a folder; "
                    + "the layer is left out",
                "template.yaml:19: Layers: Remote has no ContentUri on this machine, "
                    + "and is left out",
                "template.yaml:19: Layers: \(arn) is not in the template, and left out",
            ])
        #expect(throws: TemplateError.self) { try read("Base") }
    }
}
