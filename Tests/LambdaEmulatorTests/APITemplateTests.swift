import Testing

@testable import LambdaEmulator

@Suite("APIs and function URLs of a template")
struct APITemplateTests: APITemplateReading {
    @Test("an API has its stage, variables, CORS and types; events name it or are SAM's own API's")
    func readsAPIs() throws {
        let template = try read(
            template(
                """
                Web:
                  Type: AWS::Serverless::HttpApi
                  Properties:
                    StageName: dev
                    StageVariables: {colour: blue}
                    CorsConfiguration:
                      AllowOrigins: ["https://a.example", "https://*"]
                      AllowMethods: [get, POST]
                      AllowHeaders: [X-A]
                      ExposeHeaders: [X-B]
                      MaxAge: 600
                      AllowCredentials: true
                Old:
                  Type: AWS::Serverless::Api
                  Properties:
                    Name: old
                    StageName: v1
                    Variables: {a: "1"}
                    BinaryMediaTypes: [image~1png, "*/*"]
                    Cors: {AllowOrigin: "'*'", AllowHeaders: "'X-A,X-B'", MaxAge: "'600'"}
                """,
                events: """
                    A:
                      Type: HttpApi
                      Properties:
                        {ApiId: !Ref Web, Path: /a, Method: get, PayloadFormatVersion: "1.0"}
                    B:
                      Type: Api
                      Properties:
                        {RestApiId: !Ref Old, Path: /b, Method: any, TimeoutInMillis: 500}
                    C:
                      Type: Api
                      Properties: {Path: /c, Method: post, ResponseTransferMode: RESPONSE_STREAM}
                    """))
        #expect(warnings(template) == [])
        #expect(
            template.apis == [
                APIDefinition(
                    id: "Web", kind: .http, stage: "dev", stageVariables: ["colour": "blue"],
                    cors: CORSDefinition(
                        allowOrigins: ["https://a.example", "https://*"],
                        allowMethods: ["GET", "POST"], allowHeaders: ["X-A"],
                        exposeHeaders: ["X-B"], maxAgeSeconds: 600, allowsCredentials: true)),
                APIDefinition(
                    id: "Old", kind: .rest, stage: "v1", stageVariables: ["a": "1"],
                    cors: CORSDefinition(
                        allowOrigins: ["*"], allowHeaders: ["X-A,X-B"], maxAgeSeconds: 600),
                    binaryMediaTypes: ["image~1png", "*/*"]),
                APIDefinition(id: "ServerlessHttpApi", kind: .http),
                APIDefinition(id: "ServerlessRestApi", kind: .rest),
            ])
        #expect(
            template.routes == [
                RouteDefinition(function: "F", method: "ANY", path: "$default"),
                RouteDefinition(
                    function: "F", method: "GET", path: "/a", format: .httpAPIVersion1,
                    api: "Web"),
                RouteDefinition(
                    function: "F", method: "ANY", path: "/b", format: .restAPI, api: "Old",
                    timeoutMs: 500),
                RouteDefinition(
                    function: "F", method: "POST", path: "/c", format: .restAPI,
                    isStreamed: true),
            ])
    }

    @Test("Globals are merged into each API: maps by entry, lists one behind the other")
    func mergesGlobals() throws {
        let template = try read(
            template(
                """
                Web:
                  Type: AWS::Serverless::HttpApi
                  Properties: {CorsConfiguration: {MaxAge: 1}}
                """,
                events: "A: {Type: HttpApi, Properties: {ApiId: !Ref Web, Path: /a, Method: get}}",
                globals: """
                    HttpApi: {CorsConfiguration: {AllowOrigins: ["*"], MaxAge: 9}}
                    Api: {BinaryMediaTypes: ["*/*"], Cors: "'https://a.example'"}
                    """))
        let cors = CORSDefinition(allowOrigins: ["*"], maxAgeSeconds: 1)
        #expect(template.apis.first == APIDefinition(id: "Web", kind: .http, cors: cors))
        #expect(template.apis.last?.cors == CORSDefinition(allowOrigins: ["*"], maxAgeSeconds: 9))
        let rest = try read(
            self.template(
                events: "A: {Type: Api, Properties: {Path: /a, Method: get}}",
                globals: "Api: {BinaryMediaTypes: ['*/*'], Cors: \"'https://a.example'\"}"))
        #expect(
            rest.apis.last
                == APIDefinition(
                    id: "ServerlessRestApi", kind: .rest,
                    cors: CORSDefinition(allowOrigins: ["https://a.example"]),
                    binaryMediaTypes: ["*/*"]))
    }

    @Test(
        "CORS of an HTTP API may be one word",
        arguments: [
            ("true", ["*"]), ("https://a.example", ["https://a.example"]), ("\"'*'\"", ["*"]),
            ("false", nil),
        ] as [(String, [String]?)])
    func readsShortCORS(text: String, origins: [String]?) throws {
        let template = try read(
            template(
                "Web: {Type: AWS::Serverless::HttpApi, Properties: {CorsConfiguration: \(text)}}"))
        #expect(template.apis.first?.cors?.allowOrigins == origins)
    }

    @Test("URLs of functions, as a property or as a resource")
    func readsURLs() throws {
        let template = try read(
            template(
                """
                FUrl:
                  Type: AWS::Lambda::Url
                  Properties:
                    {TargetFunctionArn: !GetAtt F.Arn, AuthType: AWS_IAM, InvokeMode: BUFFERED}
                Foreign:
                  Type: AWS::Lambda::Url
                  Properties: {TargetFunctionArn: other, AuthType: NONE}
                """,
                properties: """
                    FunctionUrlConfig:
                      AuthType: NONE
                      InvokeMode: RESPONSE_STREAM
                      Cors: {AllowOrigins: ["*"], AllowMethods: ["*"]}
                    """))
        #expect(
            template.functionURLs == [
                FunctionURLDefinition(
                    function: "F",
                    cors: CORSDefinition(allowOrigins: ["*"], allowMethods: ["*"]),
                    isStreamed: true), FunctionURLDefinition(function: "F"),
            ])
        #expect(
            warnings(template) == [
                "AuthType: AWS_IAM is not emulated: every request passes",
                "Foreign: its function is not one of the template's",
            ])
    }

    @Test("a route twice: in one API the first counts, in two the first unless the API is named")
    func warnsOfRepeatedRoutes() throws {
        let template = try read(
            template(
                "Web: {Type: AWS::Serverless::HttpApi}",
                events: """
                    A: {Type: HttpApi, Properties: {Path: /a, Method: get}}
                    B: {Type: HttpApi, Properties: {Path: /a, Method: get}}
                    C: {Type: HttpApi, Properties: {Path: /a, Method: get, ApiId: !Ref Web}}
                    """))
        #expect(template.routes.map(\.api) == ["ServerlessHttpApi", "ServerlessHttpApi", "Web"])
        #expect(
            template.warnings.suffix(2).map(\.description) == [
                "template.yaml:14: GET /a: has a route already, which counts",
                "template.yaml:15: GET /a: is a route of ServerlessHttpApi, too, which gets such "
                    + "requests unless they name Web: /execute-api/Web/…",
            ])
    }

    @Test("what is not emulated is warned of with its line")
    func warns() throws {
        let template = try read(
            template(
                """
                Web:
                  Type: AWS::Serverless::HttpApi
                  Properties: {DefinitionBody: {}, RouteSettings: {}, Tags: {a: b}}
                Old: {Type: AWS::ApiGateway::RestApi}
                New: {Type: AWS::ApiGatewayV2::Integration}
                """,
                events: """
                    A:
                      Type: Api
                      Properties: {Path: /a, Method: get, RequestModel: {Model: M}}
                    """))
        #expect(
            template.warnings.map(\.description).filter { !$0.contains("executable") } == [
                "template.yaml:7: DefinitionBody: is not emulated: routes are those of functions' "
                    + "events",
                "template.yaml:7: RouteSettings: is not emulated",
                "template.yaml:8: Old: AWS::ApiGateway::RestApi is not emulated",
                "template.yaml:9: New: AWS::ApiGatewayV2::Integration is not emulated",
                "template.yaml:19: RequestModel: is not emulated",
            ])
    }

    @Test(
        "names the line, the key and what was expected",
        arguments: [
            (
                "A: {Type: Api, Properties: {Path: $default, Method: get}}",
                "Path: a path from / on was expected"
            ),
            (
                "A: {Type: HttpApi, Properties: {Path: /a, Method: g-t}}",
                "Method: a method such as get, or any, was expected"
            ),
            (
                "A: {Type: HttpApi, Properties: {Path: /a, Method: get, "
                    + "PayloadFormatVersion: 3}}",
                "PayloadFormatVersion: 2.0 or 1.0 was expected"
            ),
            (
                "A: {Type: Api, Properties: {Path: /a, Method: get, TimeoutInMillis: 29001}}",
                "TimeoutInMillis: a number from 50 to 29000 was expected"
            ),
            (
                "A: {Type: Api, Properties: {Path: /a, Method: get, ResponseTransferMode: X}}",
                "ResponseTransferMode: BUFFERED or RESPONSE_STREAM was expected"
            ),
        ])
    func namesErrors(event: String, error: String) {
        let thrown = #expect(throws: TemplateError.self) { try read(template(events: event)) }
        #expect(thrown?.description == "template.yaml:13: \(error)")
    }

    @Test("what SAM makes by itself can be referred to")
    func refersToImpliedResources() throws {
        let template = try read(
            template(
                properties: """
                    FunctionUrlConfig: {AuthType: NONE}
                    AutoPublishAlias: live
                    Environment:
                      Variables:
                        A: !Ref ServerlessHttpApi
                        B: !Sub "https://${ServerlessRestApi}.execute-api.${AWS::Region}.example"
                        C: !GetAtt FUrl.FunctionUrl
                        D: !Ref F.Alias
                        E: !Sub "${F.Version}"
                    """))
        #expect(
            template.functions.first?.environment == [
                "A": "ServerlessHttpApi",
                "B": "https://ServerlessRestApi.execute-api.us-east-1.example",
                "C": "https://F.lambda-url.us-east-1.on.aws/",
                "D": "arn:aws:lambda:us-east-1:123456789012:function:F:live",
                "E": "arn:aws:lambda:us-east-1:123456789012:function:F:$LATEST",
            ])
        #expect(template.functions.first?.alias == "live")
    }
}
