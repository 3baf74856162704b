/// How many invocations the environment works on at once (Lambda Managed Instances).
///
/// Source: AWS Lambda developer guide, "Lambda Managed Instances": AWS_LAMBDA_MAX_CONCURRENCY.
struct MaxConcurrency: Sendable, Equatable {
    /// 1 to 1,000; 1 is the classic function, one invocation at a time.
    let value: Int

    /// Reads AWS_LAMBDA_MAX_CONCURRENCY; 1 when it is not set or empty.
    init(_ environment: LambdaEnvironment) throws(Invalid) {
        guard let text = environment["AWS_LAMBDA_MAX_CONCURRENCY"], !text.isEmpty else {
            value = 1
            return
        }
        // The same text back: no sign, no leading zero.
        guard let number = Int(text), (1...1000).contains(number), String(number) == text else {
            throw Invalid()
        }
        value = number
    }

    /// The variable holds something else; guessing could starve or flood the function.
    struct Invalid: LambdaFailure {
        let code = "InvalidMaxConcurrency"
        var publicMessage: String { "\(Self.message)" }

        static let message: StaticString =
            "AWS_LAMBDA_MAX_CONCURRENCY is not a whole number from 1 to 1000"
    }
}
