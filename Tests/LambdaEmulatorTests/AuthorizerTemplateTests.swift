import Testing

@testable import LambdaEmulator

/// Templates with one function, for what is read of APIs.
protocol APITemplateReading {}

extension APITemplateReading {
    func read(_ text: String) throws(TemplateError) -> Template {
        try TemplateReader.read(
            Array(text.utf8), file: "template.yaml", directory: "/project")
    }

    /// A template with one function; `resources` and `events` are YAML lines.
    func template(
        _ resources: String = "", events: String = "", properties: String = "", globals: String = ""
    ) -> String {
        func indented(_ text: String, _ count: Int) -> String {
            text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }
                .joined(separator: "\n")
        }
        return """
            Globals:
              Function: {Runtime: provided.al2023}
            \(indented(globals, 2))
            Resources:
            \(indented(resources, 2))
              F:
                Type: AWS::Serverless::Function
                Properties:
                  CodeUri: f
            \(indented(properties, 6))
                  Events:
                    Usual: {Type: HttpApi}
            \(indented(events, 8))
            """
    }

    /// What is warned of, the missing bootstrap aside.
    func warnings(_ template: Template) -> [String] {
        template.warnings.map(\.text).filter { !$0.contains("is not an executable file") }
    }
}

@Suite("Authorizers of a template")
struct AuthorizerTemplateTests: APITemplateReading {
    @Test("authorizers, the default one and a route's own")
    func readsAuthorizers() throws {
        let template = try read(
            template(
                """
                Web:
                  Type: AWS::Serverless::HttpApi
                  Properties:
                    Auth:
                      DefaultAuthorizer: Simple
                      Authorizers:
                        Simple:
                          FunctionArn: !GetAtt F.Arn
                          AuthorizerPayloadFormatVersion: 2.0
                          EnableSimpleResponses: true
                          Identity:
                            {Headers: [X-K], QueryStrings: [q], Context: [routeKey],
                             ReauthorizeEvery: 60}
                        Jwt: {JwtConfiguration: {issuer: x}, IdentitySource: $request.header.A}
                Old:
                  Type: AWS::Serverless::Api
                  Properties:
                    Auth:
                      DefaultAuthorizer: Token
                      ApiKeyRequired: true
                      Authorizers:
                        Token:
                          FunctionArn: arn:aws:lambda:us-east-1:123456789012:function:Nobody
                          Identity: {Header: X-T, ValidationExpression: "[a-z]+"}
                        Request:
                          FunctionArn: !GetAtt F.Arn
                          FunctionPayloadType: REQUEST
                          Identity: {StageVariables: [v], ReauthorizeEvery: 0}
                        Pool: {UserPoolArn: x}
                """,
                events: """
                    A: {Type: HttpApi, Properties: {ApiId: !Ref Web, Path: /a, Method: get}}
                    B:
                      Type: HttpApi
                      Properties:
                        {ApiId: !Ref Web, Path: /b, Method: get, Auth: {Authorizer: NONE}}
                    C:
                      Type: HttpApi
                      Properties:
                        {ApiId: !Ref Web, Path: /c, Method: get, Auth: {Authorizer: Jwt}}
                    D:
                      Type: Api
                      Properties:
                        {RestApiId: !Ref Old, Path: /d, Method: get, Auth: {Authorizer: Request}}
                    E: {Type: Api, Properties: {RestApiId: !Ref Old, Path: /e, Method: get}}
                    """))
        #expect(
            template.apis[0].authorizers == [
                AuthorizerDefinition(
                    name: "Simple", function: "F", format: .request2, hasSimpleAnswers: true,
                    identitySources: [.header("X-K"), .query("q"), .context("routeKey")],
                    cacheSeconds: 60)
            ])
        #expect(
            template.apis[1].authorizers == [
                AuthorizerDefinition(
                    name: "Token", function: "Nobody", format: .token,
                    identitySources: [.header("X-T")], validationExpression: "[a-z]+",
                    cacheSeconds: 300),
                AuthorizerDefinition(
                    name: "Request", function: "F", format: .request,
                    identitySources: [.stageVariable("v")]),
            ])
        #expect(template.apis.map(\.preflightAuthorizer) == [nil, "Token", nil])
        #expect(
            template.routes.map(\.authorizer) == [nil, "Simple", nil, nil, "Request", "Token"])
        #expect(
            warnings(template) == [
                "Jwt: JWT authorizers are not emulated: every request passes",
                "ApiKeyRequired: is not emulated: every request passes",
                "Pool: Cognito authorizers are not emulated: every request passes",
                "Nobody: the template has no such function: its requests are refused",
            ])
    }

    @Test(
        "an authorizer that cannot be is named with what was expected",
        arguments: [
            ("{FunctionArn: f}", "AuthorizerPayloadFormatVersion: 2.0 or 1.0 was expected"),
            (
                "{FunctionArn: 'a b', AuthorizerPayloadFormatVersion: 2.0}",
                "FunctionArn: the ARN of a function was expected"
            ),
            (
                "{FunctionArn: f, AuthorizerPayloadFormatVersion: 2.0, "
                    + "Identity: {ReauthorizeEvery: 3601}}",
                "ReauthorizeEvery: a number from 0 to 3600 was expected"
            ),
        ])
    func namesAuthorizerErrors(authorizer: String, error: String) {
        let thrown = #expect(throws: TemplateError.self) {
            try read(
                template(
                    "Web: {Type: AWS::Serverless::HttpApi, Properties: {Auth: "
                        + "{Authorizers: {A: \(authorizer)}}}}"))
        }
        #expect(thrown?.description == "template.yaml:5: \(error)")
    }

    @Test("a route's authorizer must be one of its API's")
    func namesUnknownAuthorizers() {
        let thrown = #expect(throws: TemplateError.self) {
            try read(
                template(
                    events: "A: {Type: HttpApi, Properties: {Path: /a, Method: get, "
                        + "Auth: {Authorizer: X}}}"))
        }
        #expect(
            thrown?.description == "template.yaml:13: Authorizer: the name of an authorizer of "
                + "the API was expected")
    }
}
