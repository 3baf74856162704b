internal import HTTPServer

/// Why a gateway answers itself and not a function.
///
/// The bodies are those that AWS sends. Sources: "Gateway response types" of the API Gateway
/// developer guide; recordings of AWS's own test tool for Lambda functions for HTTP APIs, whose 500
/// is a REST API's 502.
enum GatewayFault {
    /// There is no such route, or no such method on it. AWS has no 405: who wants one lets a
    /// function on `$default`, or on `ANY`, say it.
    case noRoute
    /// There is no such stage, API or function URL.
    case noStage
    /// An authorizer did not get what tells the caller's identity, or did not accept it.
    case unauthorized
    /// An authorizer's policy does not allow the request, or denies it.
    case forbidden(isExplicit: Bool)
    /// An authorizer failed, or its answer is none.
    case authorizerFailure
    /// More than a function takes as its event.
    case tooLarge
    /// The function has no room for a further call.
    case throttled
    /// The function failed, or its answer is none.
    case badAnswer
    /// The function took longer than the API waits.
    case timeout
    /// The emulator is stopping.
    case stopping

    func answer(_ gateway: Gateway) -> HTTPServerAnswer {
        switch gateway {
        case .httpAPI: httpAPI
        case .restAPI: restAPI
        case .functionURL: functionURL
        }
    }

    private var httpAPI: HTTPServerAnswer {
        switch self {
        case .noRoute, .noStage: Self.json(404, #"{"message":"Not Found"}"#)
        case .unauthorized: Self.json(401, #"{"message":"Unauthorized"}"#)
        case .forbidden: Self.json(403, #"{"message":"Forbidden"}"#)
        case .authorizerFailure, .badAnswer:
            Self.json(500, #"{"message":"Internal Server Error"}"#)
        case .tooLarge: Self.json(413, #"{"message":"Request Entity Too Large"}"#)
        case .throttled: Self.json(429, #"{"message":"Too Many Requests"}"#)
        case .timeout, .stopping: Self.json(503, #"{"message":"Service Unavailable"}"#)
        }
    }

    private var restAPI: HTTPServerAnswer {
        switch self {
        case .noRoute:
            Self.json(
                403, #"{"message":"Missing Authentication Token"}"#,
                "MissingAuthenticationTokenException")
        case .noStage: Self.json(403, #"{"message":"Forbidden"}"#, "ForbiddenException")
        case .unauthorized:
            Self.json(401, #"{"message":"Unauthorized"}"#, "UnauthorizedException")
        case .forbidden(let isExplicit):
            Self.json(
                403,
                #"{"Message":"User is not authorized to access this resource"#
                    + (isExplicit ? #" with an explicit deny"}"# : #""}"#),
                "AccessDeniedException")
        case .authorizerFailure:
            Self.json(500, #"{"message":null}"#, "AuthorizerConfigurationException")
        case .tooLarge:
            Self.json(413, #"{"message":"Request Too Long"}"#, "RequestTooLargeException")
        case .throttled:
            Self.json(429, #"{"message":"Too Many Requests"}"#, "TooManyRequestsException")
        case .badAnswer:
            Self.json(
                502, #"{"message": "Internal server error"}"#, "InternalServerErrorException")
        case .timeout:
            Self.json(
                504, #"{"message": "Endpoint request timed out"}"#, "InternalServerErrorException")
        case .stopping:
            Self.json(503, #"{"message":"Service Unavailable"}"#, "ServiceUnavailableException")
        }
    }

    private var functionURL: HTTPServerAnswer {
        switch self {
        case .noRoute, .noStage, .unauthorized, .forbidden, .authorizerFailure:
            Self.json(403, #"{"Message":null}"#, "AccessDeniedException")
        case .tooLarge:
            Self.json(
                413,
                #"{"Message":"Request must be smaller than 6291456 bytes for the "#
                    + #"InvokeFunction operation"}"#, "RequestEntityTooLargeException")
        case .throttled:
            Self.json(
                429,
                #"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","#
                    + #""Type":"User","message":"Rate Exceeded."}"#, "TooManyRequestsException")
        case .badAnswer, .timeout:
            HTTPServerAnswer(
                status: 502, fields: [("Content-Type", "application/octet-stream")],
                body: Array("Internal Server Error".utf8))
        case .stopping:
            Self.json(503, #"{"Message":"Service Unavailable"}"#, "ServiceException")
        }
    }

    private static func json(
        _ status: Int, _ body: String, _ errorType: String? = nil
    ) -> HTTPServerAnswer {
        var fields = [("content-type", "application/json")]
        if let errorType { fields.append(("x-amzn-ErrorType", errorType)) }
        return HTTPServerAnswer(status: status, fields: fields, body: Array(body.utf8))
    }
}
