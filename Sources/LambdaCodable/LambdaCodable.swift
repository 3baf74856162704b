import FoundationEssentials
public import LambdaRuntime

// Apart from the runtime, so that a function that reads its events itself does not carry
// FoundationEssentials: it makes a bootstrap some 7 MB larger.

extension LambdaEvent where Self: Decodable {
    /// Reads the payload with `JSONDecoder`; every decoding failure becomes a
    /// `LambdaEventError`, whose text repeats nothing of the event.
    public init(lambdaPayload: [UInt8]) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(lambdaPayload))
        } catch is DecodingError {
            throw LambdaEventError("event does not match the type that the handler takes")
        }
    }
}

extension LambdaOutput where Self: Encodable {
    /// Writes the value with `JSONEncoder`.
    public func lambdaPayload() throws -> [UInt8] {
        [UInt8](try JSONEncoder().encode(self))
    }
}
