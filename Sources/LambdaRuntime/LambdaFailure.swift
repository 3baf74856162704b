/// An error that knows what its caller may read.
///
/// Both texts go to the caller and to the platform's records: no secret, no token and no input
/// value belongs in them.
public protocol LambdaFailure: Error {
    /// A stable name, such as `CardMissing`; the `errorType` of the error document.
    var code: String { get }
    /// One sentence for the caller; the `errorMessage` of the error document.
    var publicMessage: String { get }
}
