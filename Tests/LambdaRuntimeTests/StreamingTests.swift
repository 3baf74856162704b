import StrictJSON
import TextEncoding
import Testing

@testable import LambdaRuntime

/// In the run loop's suite because the environment belongs to the whole process.
extension RunLoopTests {
    @Suite("Streamed answers", .timeLimit(.minutes(1)))
    struct StreamingTests {
        /// One event that was handled: what was posted, and what was logged.
        private struct Run {
            let exitCode: Int32
            let posts: [StreamedRuntimeAPI.Post]
            let log: [String]

            init(
                _ steps: [String], _ behaviour: StreamedRuntimeAPI.Behaviour = .init(),
                endsWhenPosted: Bool = true,
                whenChunk: @escaping @Sendable (String) -> Void = { _ in }
            ) async throws {
                let termination = try Termination()
                let event = JSONValue.array(steps.map(JSONValue.string))
                let api = StreamedRuntimeAPI(
                    event: String(decoding: event.serialized(), as: UTF8.self), behaviour,
                    whenChunk: whenChunk, whenPosted: { if endsWhenPosted { termination.raise() } })
                defer { api.stop() }
                let lines = LogLines()
                let process = FunctionProcess(
                    api.authority, termination, lines.logger())
                exitCode = await process.runToEnd(ScriptedStream.self)
                posts = api.posts
                log = lines.all
            }
        }

        private static let report =
            #"{"errorMessage":"card is \"missing\"","errorType":"CardMissing","stackTrace":[]}"#

        @Test("pieces are chunks of one request in streaming mode, with trailers announced")
        func pieces() async throws {
            let run = try await Run(["write one", "write ", "bytes three"])
            #expect(run.exitCode == 0)
            #expect(run.log.isEmpty)
            let post = try #require(run.posts.first)
            #expect(run.posts.count == 1)
            #expect(post.line == "POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1")
            #expect(post.chunks == ["one", "three"])
            #expect(post.trailers.isEmpty)
            #expect(post.isComplete && post.isClosed)
            var fields = post.fields
            fields["host"] = nil
            #expect(
                fields == [
                    "user-agent": "ttsr-lambda-runtime/\(runtimeVersion)",
                    "content-type": "application/octet-stream",
                    "lambda-runtime-function-response-mode": "streaming",
                    "transfer-encoding": "chunked",
                    "trailer":
                        "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
                ])
        }

        @Test("a piece has arrived before the handler goes on to the next")
        func leavesAtOnce() async throws {
            let run = try await Run(["write first", "wait stream-1", "write second"]) { chunk in
                if chunk == "first" { HeldHandler.gate("stream-1").open() }
            }
            #expect(run.posts.first?.chunks == ["first", "second"])
        }

        @Test("a prelude is sent by itself, before the handler goes on, and NUL bytes end it")
        func prelude() async throws {
            let nul = String(repeating: "\0", count: 8)
            let head =
                #"{"statusCode":201,"headers":{"Content-Type":"text/plain"},"#
                + #""multiValueHeaders":{"X-A":[],"X-B":["1","2"]},"cookies":["a=1; Secure"]}"#
                + nul
            let run = try await Run(["prelude", "wait stream-2", "write body"]) { chunk in
                if chunk == head { HeldHandler.gate("stream-2").open() }
            }
            let post = try #require(run.posts.first)
            #expect(post.chunks == [head, "body"])
            #expect(
                post.fields["content-type"]
                    == "application/vnd.awslambda.http-integration-response")
        }

        @Test("a media type is the request's own")
        func mediaType() async throws {
            let run = try await Run(["begin text/event-stream", "write data: 1\n\n"])
            let post = try #require(run.posts.first)
            #expect(post.fields["content-type"] == "text/event-stream")
            #expect(post.chunks == ["data: 1\n\n"])
        }

        @Test("a handler that writes nothing has a streamed answer without a byte")
        func empty() async throws {
            let run = try await Run([])
            let post = try #require(run.posts.first)
            #expect(post.chunks.isEmpty)
            #expect(post.isComplete)
            #expect(post.fields["lambda-runtime-function-response-mode"] == "streaming")
            #expect(run.log.isEmpty)
        }

        @Test("an error before the first byte is posted as any other")
        func earlyError() async throws {
            let run = try await Run(["write ", "throw"])
            let post = try #require(run.posts.first)
            #expect(post.line == "POST /2018-06-01/runtime/invocation/id-1/error HTTP/1.1")
            #expect(post.fields["lambda-runtime-function-error-type"] == "Function.CardMissing")
            #expect(post.fields["lambda-runtime-function-response-mode"] == nil)
            #expect(post.chunks == [Self.report])
            #expect(run.posts.count == 1)
            #expect(run.log.count == 1)
        }

        @Test(
            "an error after the first byte is in the trailers, and nothing else is posted",
            arguments: [["write one", "throw"], ["prelude", "throw"], ["begin a/b", "throw"]])
        func lateError(_ steps: [String]) async throws {
            let run = try await Run(steps)
            #expect(run.exitCode == 0)
            let post = try #require(run.posts.first)
            #expect(run.posts.count == 1)
            #expect(post.isComplete)
            #expect(
                post.trailers == [
                    "lambda-runtime-function-error-type": "Function.CardMissing",
                    "lambda-runtime-function-error-body": Base64.encode(Array(Self.report.utf8)),
                ])
            #expect(run.log.count == 1)
            #expect(run.log[0].contains("invocation failed"))
        }

        @Test("what stands before the body comes too late after it")
        func begunTwice() async throws {
            let run = try await Run(["write one", "prelude"])
            let post = try #require(run.posts.first)
            #expect(
                post.trailers["lambda-runtime-function-error-type"]
                    == "Function.ResponseAlreadyBegun")
        }

        @Test("a refused answer stops the handler's writes; it is logged and the loop goes on")
        func refused() async throws {
            let run = try await Run(
                ["write one", "fill 200"], .init(status: 413, answersAfterChunks: 1))
            #expect(run.exitCode == 0)
            #expect(run.posts.count == 1)
            #expect(run.log.count == 2)
            #expect(run.log[0].contains("response was refused with status 413"))
            #expect(run.log[1].contains(#""status":413"#))
        }

        @Test("a platform that hangs up in the middle is logged and the loop goes on")
        func hungUp() async throws {
            let run = try await Run(["write one", "fill 200"], .init(hangsUpAfterChunks: 1))
            #expect(run.exitCode == 0)
            #expect(run.posts.count == 1)
            #expect(run.log.count == 2)
            #expect(run.log[0].contains("response's connection is lost"))
            #expect(run.log[1].contains("response was not delivered"))
        }

        @Test("a handler that does not care whether it was refused leaves one line in the log")
        func carefree() async throws {
            let run = try await Run(
                ["write one", "try two", "try three"], .init(status: 413, answersAfterChunks: 1))
            #expect(run.exitCode == 0)
            #expect(run.log.count == 1)
            #expect(run.log[0].contains(#""status":413"#))
        }

        @Test("a broken container ends the process with 1")
        func brokenContainer() async throws {
            let run = try await Run(
                ["write one"], .init(status: 500, answersAfterChunks: 1), endsWhenPosted: false)
            #expect(run.exitCode == 1)
            #expect(run.log.count == 1)
            #expect(run.log[0].contains("runtime api failed"))
        }

        @Test("an answer ends at 200 MB, and tells so in the trailers")
        func tooLarge() async throws {
            let run = try await Run(["fill 201"])
            let post = try #require(run.posts.first)
            #expect(post.byteCount == 200 * 1024 * 1024)
            #expect(
                post.trailers["lambda-runtime-function-error-type"]
                    == "Function.ResponseSizeTooLarge")
        }

        @Test("several loops stream at once, each its own answer")
        func concurrent() async throws {
            let termination = try Termination()
            let events = (0..<100).map { number in
                FakeRuntimeAPI.Event.plain(
                    #"["begin a/\#(number)","write \#(number)","write !"]"#, id: "id-\(number)")
            }
            let api = try FakeRuntimeAPI(
                events, together: 4, whenDrained: { termination.raise() })
            defer { api.stop() }
            let lines = LogLines()
            let process = FunctionProcess(
                api.authority, termination, lines.logger(), ["AWS_LAMBDA_MAX_CONCURRENCY": "4"])
            #expect(await process.runToEnd(ScriptedStream.self) == 0)
            #expect(api.openMax == 4)
            #expect(
                Set(api.posts.map { "\($0.requestID) \($0.contentType ?? "") \($0.body)" })
                    == Set((0..<100).map { "id-\($0) a/\($0) \($0)!" }))
            #expect(api.posts.count == 100)
            #expect(lines.all.isEmpty)
        }

        @Test("a handler is run in the test's own process, without a platform")
        func withoutPlatform() async throws {
            let handler = ScriptedStream(
                LambdaInitialization(environment: LambdaEnvironment([:])))
            let answer = try await handler.invoke(
                payload: Array(#"["prelude","write one","bytes two"]"#.utf8))
            #expect(answer.prelude == ScriptedStream.prelude)
            #expect(answer.pieces == [Array("one".utf8), Array("two".utf8)])
            #expect(answer.body == Array("onetwo".utf8))
            let plain = try await handler.invoke(payload: Array("[]".utf8))
            #expect(plain == .init(contentType: "application/octet-stream", pieces: []))
            await #expect(throws: SpokenError.self) {
                try await handler.invoke(payload: Array(#"["write one","throw"]"#.utf8))
            }
        }

        @Test("a writer that outlives its handler is of no use")
        func outlived() async throws {
            let record = ResponseRecord()
            let writer = LambdaResponseWriter(record)
            try await writer.write("one")
            #expect(writer.end(nil) == .answered(202))
            await #expect(throws: LambdaResponseError.ended) { try await writer.write("two") }
            await #expect(throws: LambdaResponseError.ended) {
                try await writer.begin(contentType: "a/b")
            }
            #expect(record.response.pieces.count == 1)
        }

        @Test("a cancelled task sends nothing more")
        func cancelled() async throws {
            let record = ResponseRecord()
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                let writer = LambdaResponseWriter(record)
                await #expect(throws: CancellationError.self) { try await writer.write("one") }
            }
            await task.value
            #expect(record.response.pieces.isEmpty)
        }
    }
}
