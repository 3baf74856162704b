import StrictJSON
import Testing

@testable import LambdaRuntime

@Suite("What is told of an error")
struct ErrorReportTests {
    private struct Told: LambdaFailure {
        let code: String
        var publicMessage = "it failed"
    }

    private struct HTTP2Error<Value>: Error {}

    @Test(
        "the type has the form that the platform keeps",
        arguments: [
            ("CardMissing", "Function.CardMissing"), ("cardMissing", "Function.CardMissing"),
            ("Function.CardMissing", "Function.CardMissing"),
            ("Runtime.NoMemory", "Runtime.NoMemory"), ("Function.low", "Function.Low"),
            ("card_missing-2", "Function.Cardmissing"),
            ("HTTP2Error<Int>", "Function.HTTPErrorInt"),
            ("Bad\r\nX: 1", "Function.BadX"), ("", "Function.Unknown"), ("é", "Function.Unknown"),
            ("X", "Function.Unknown"), ("Runtime.", "Runtime.Unknown"), ("42", "Function.Unknown"),
        ])
    func types(_ code: String, _ fieldValue: String) {
        let report = ErrorReport(Told(code: code))
        #expect(report.fieldValue == fieldValue)
        #expect(report.type == code, "the body has the type as it is")
    }

    @Test("a type that is generic or has digits in its name is named all the same")
    func genericType() {
        #expect(ErrorReport(HTTP2Error<Int>()).fieldValue == "Function.HTTPErrorInt")
    }

    @Test("the cause for X-Ray is one line of ASCII, and the same JSON")
    func cause() throws {
        let message = "é\u{1F600}\n\"\u{7F}"
        let report = ErrorReport(Told(code: "CardMissing", publicMessage: message))
        let value = XRayErrorCause(report: report).fieldValue
        #expect(value.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        let cause = try StrictJSON.parse(Array(value.utf8))
        #expect(
            cause["exceptions"] == [
                ["type": "CardMissing", "message": .string(message), "stack": []]
            ])
        #expect(cause["paths"] == [])
        #expect(cause["working_directory"]?.string?.hasPrefix("/") == true)
    }

    @Test("the cause is short, however long the message is")
    func longCause() throws {
        let message = String(repeating: "\u{1F600}", count: 100_000)
        let report = ErrorReport(Told(code: message, publicMessage: message))
        let value = XRayErrorCause(report: report).fieldValue
        #expect(value.utf8.count < 20_000)
        let exception = try StrictJSON.parse(Array(value.utf8))["exceptions"]?.array?.first
        #expect(exception?["message"]?.string == String(repeating: "\u{1F600}", count: 1024))
    }
}
