public import StrictJSON

extension JSONValue: LambdaEvent, LambdaOutput {
    /// Reads the payload strictly: at most 10 MB, 32 levels deep.
    ///
    /// - Throws: ``LambdaEventError``.
    public init(lambdaPayload: [UInt8]) throws {
        do throws(JSONReadError) {
            self = try StrictJSON.parse(lambdaPayload, limits: .lambdaEvent)
        } catch {
            throw LambdaEventError(syntax: error.code.rawValue, offset: error.offset)
        }
    }

    /// The value as compact JSON.
    public func lambdaPayload() -> [UInt8] { serialized() }
}

extension JSONLimits {
    static let lambdaEvent = JSONLimits(bytesMax: RuntimeAPIClient.eventBytesMax, depthMax: 32)
}
