/// What is reported of an invocation that was cancelled at its deadline and threw
/// `CancellationError`.
struct LambdaDeadlineError: LambdaFailure {
    let code = "DeadlineExceeded"
    let publicMessage = "invocation was cancelled at its deadline"
}
