import LambdaRuntime
import StrictJSON

struct Greeter: LambdaHandler {
    private let greeting: String

    init(_ initialization: LambdaInitialization) throws {
        guard let greeting = initialization.environment["GREETING"] else {
            throw GreeterError.noGreeting
        }
        self.greeting = greeting
    }

    func handle(_ request: HTTPAPIRequest, _ context: LambdaContext) throws -> HTTPAPIResponse {
        guard let name = request.queryStringParameters["name"] else { throw GreeterError.noName }
        context.logger.info("greeted", ["length": .number(JSONNumber(Int64(name.count)))])
        return HTTPAPIResponse(
            statusCode: 200, headers: ["Content-Type": "text/plain; charset=utf-8"],
            body: "\(greeting), \(name)")
    }
}

enum GreeterError: LambdaFailure {
    case noGreeting, noName

    var code: String {
        switch self {
        case .noGreeting: "GreetingMissing"
        case .noName: "NameMissing"
        }
    }

    var publicMessage: String {
        switch self {
        case .noGreeting: "GREETING is not set"
        case .noName: "name is not given"
        }
    }
}
