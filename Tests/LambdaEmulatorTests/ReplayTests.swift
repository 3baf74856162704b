import Glibc
import Locking
import TestSupport
import Testing

@testable import LambdaEmulator
@testable import LambdaEmulatorTool

@Suite("invocations replay and curl")
struct ReplayTests {
    private let folder: TemporaryFolder
    private let output = Locked<[UInt8]>([])
    private let remarks = Locked<[UInt8]>([])

    init() throws { folder = try TemporaryFolder() }

    private var outputText: String { String(decoding: output.withLock { $0 }, as: UTF8.self) }
    private var remarksText: String { String(decoding: remarks.withLock { $0 }, as: UTF8.self) }

    private func command(_ line: String, url: String) throws -> InvocationsCommand {
        var words = ArgumentReader(
            line.split(separator: " ").map(String.init)
                + ["--data-dir", folder.path, "--url", url])
        var command = try InvocationsCommand(&words)
        command.print = { [output] bytes in output.withLock { $0 += bytes } }
        command.printLog = { [remarks] bytes in remarks.withLock { $0 += bytes } }
        return command
    }

    private func record(_ invocation: RecordedInvocation) throws {
        let path = InvocationArchive.folder(in: folder.path)
        try RecordFolder(path, bytesMax: 1 << 20).append(invocation.line)
    }

    /// What the function sees and the exit status, when it answers so.
    private func replay(
        _ line: String, answering answer: String, isError: Bool = false
    ) async throws -> (event: String, status: Int32) {
        let emulator = try TestEmulator(
            Template(functions: [FunctionDefinition(name: "f", codeDirectory: "/none")]))
        let command = try command(line, url: "http://127.0.0.1:\(emulator.port)")
        async let status = onThread { command.run() }
        let instance = try await emulator.instance()
        let event = try await instance.next()
        _ = try await instance.send(
            "POST", "invocation/\(event.requestID)/\(isError ? "error" : "response")",
            body: answer.replacing("THE-ID", with: event.requestID))
        return (event.body, try await status)
    }

    @Test("the function gets the same event again; the same answer is 0")
    func same() async throws {
        let event = #"{ "a" : 1, "a" : 2 }"#
        try record(recorded("abc", event: Array(event.utf8), answer: Array(#"{"b": 1}"#.utf8)))
        let replayed = try await replay("replay abc", answering: #"{"b":1}"#)
        #expect(replayed.event == event)
        #expect(replayed.status == 0)
        #expect(outputText == "{\n  \"b\": 1\n}\n")
        #expect(remarksText.hasPrefix("START RequestId: "))
        #expect(remarksText.hasSuffix("the answer is the same as the recorded one\n"))
    }

    @Test("the id in an answer is another one each time, and no difference")
    func ownID() async throws {
        try record(recorded("abc", answer: Array(#"{"id":"abc"}"#.utf8)))
        let replayed = try await replay("replay abc", answering: #"{"id":"THE-ID"}"#)
        #expect(replayed.status == 0)
    }

    @Test("another answer is shown with its difference, and 1")
    func different() async throws {
        try record(recorded("abc", answer: Array(#"{"b":1,"c":[]}"#.utf8)))
        let replayed = try await replay("replay last", answering: #"{"b":2,"c":[]}"#)
        #expect(replayed.status == 1)
        #expect(
            outputText == """
                {
                  "b": 2,
                  "c": []
                }
                --- recorded 1970-01-01T00:00:00.005Z
                +++ now
                @@ -1,4 +1,4 @@
                 {
                -  "b": 1,
                +  "b": 2,
                   "c": []
                 }

                """)
        #expect(remarksText.hasSuffix("the answer differs from the recorded one:\n"))
    }

    @Test("a failure in the place of an answer is a difference, though its text be the same")
    func failures() async throws {
        try record(recorded("abc", answer: Array("1".utf8)))
        let replayed = try await replay("replay abc", answering: "1", isError: true)
        #expect(replayed.status == 1)
        #expect(remarksText.hasSuffix("the function failed, and did not before\n"))
    }

    @Test("a text is put into the event first")
    func settings() async throws {
        try record(recorded("abc", event: Array(#"{"h":{"t":"old"}}"#.utf8)))
        let replayed = try await replay("replay abc --set /h/t=new", answering: "1")
        #expect(replayed.event == #"{"h":{"t":"new"}}"#)
        #expect(replayed.status == 0)
        let nowhere = try command("replay abc --set /x/t=new", url: "http://127.0.0.1:1")
        #expect(try await onThread { nowhere.run() } == 1)
    }

    @Test("without an emulator nothing is sent")
    func nobody() async throws {
        try record(recorded("abc"))
        let command = try command("replay abc", url: "http://127.0.0.1:1")
        #expect(try await onThread { command.run() } == 1)
        #expect(outputText.isEmpty)
    }

    private static let request = #"""
        {"rawPath":"/a%20b","rawQueryString":"x=1","cookies":["c=1","d=2"],
        "headers":{"Host":"h","content-type":"text/plain","x-forwarded-for":"1"},
        "requestContext":{"http":{"method":"POST"}},"body":"it's","isBase64Encoded":false}
        """#

    @Test("the call is given for curl and for the AWS CLI")
    func commands() async throws {
        let event = Self.request.replacing("\n", with: "")
        try record(recorded("abc", event: Array(event.utf8)))
        let command = try command("curl abc", url: "http://127.0.0.1:1/")
        #expect(try await onThread { command.run() } == 0)
        let quoted = event.replacing("'", with: #"'\''"#)
        #expect(
            outputText == #"""
                # the same request
                curl -X 'POST' 'http://127.0.0.1:1/a%20b?x=1' \
                    -H 'content-type: text/plain' \
                    -H 'cookie: c=1; d=2' \
                    --data-raw 'it'\''s'

                # the same event
                curl 'http://127.0.0.1:1/2015-03-31/functions/f/invocations' \
                    -H 'content-type: application/json' \
                    --data-raw '\#(quoted)'

                # the same with the AWS CLI (version 2)
                aws lambda invoke --endpoint-url http://127.0.0.1:1 \
                    --region us-east-1 --function-name f \
                    --cli-binary-format raw-in-base64-out \
                    --payload '\#(quoted)' /dev/stdout

                """#)
    }

    @Test("a function URL is called by the beginning of its path; a stage and decoding are undone")
    func urlRequest() async throws {
        let event = """
            {"rawPath":"/dev/a b","rawQueryString":"","headers":{},\
            "requestContext":{"stage":"dev","http":{"method":"HEAD"}},"isBase64Encoded":false}
            """
        try record(recorded("abc", event: Array(event.utf8), origin: .functionURL))
        let command = try command("curl abc", url: "http://127.0.0.1:1")
        #expect(try await onThread { command.run() } == 0)
        #expect(
            outputText.hasPrefix(
                "# the same request\ncurl --head 'http://127.0.0.1:1/lambda-url/f/a%20b'\n"))
    }

    @Test("a REST API's request is put together from its lists, a binary body decoded")
    func restRequest() async throws {
        let event = """
            {"httpMethod":"GET","path":"/p","multiValueQueryStringParameters":{"a":["1","é"]},\
            "multiValueHeaders":{"X":["1","2"]},"body":"AAE=","isBase64Encoded":true}
            """
        try record(recorded("abc", event: Array(event.utf8)))
        let command = try command("curl abc", url: "http://127.0.0.1:1")
        #expect(try await onThread { command.run() } == 0)
        #expect(
            outputText.hasPrefix(
                #"""
                # the same request
                base64 -d <<< 'AAE=' |
                curl -X 'GET' 'http://127.0.0.1:1/p?a=1&a=%C3%A9' \
                    -H 'X: 1' \
                    -H 'X: 2' \
                    --data-binary @-

                """#))
    }
}
