#if DEBUG
    import HTTPServer
    import StrictJSON
    import TableStore
    import TextEncoding

    @testable import LambdaEmulator

    /// A pure reader of bytes that come from outside, with what must hold whatever they are.
    ///
    /// What does not hold ends the process, which the fuzzer and the test of the corpus both see.
    package enum FuzzedReader: String, CaseIterable, Sendable {
        case strictJSON, jsonScanner, template, httpAnswer, streamPrelude, eventStream
        case schedule, timeZone, timeZoneRule, timeSpan, eventFilter
        case functionName, route, encodings

        /// Reads the bytes and checks what was made of them.
        package func read(_ bytes: [UInt8]) {
            switch self {
            case .strictJSON: readStrictJSON(bytes)
            case .jsonScanner: scanJSON(bytes)
            case .template: readTemplate(bytes)
            case .httpAnswer: readHTTPAnswer(bytes)
            case .streamPrelude: readStreamPrelude(bytes)
            case .eventStream: writeEventStream(bytes)
            case .schedule: readSchedule(bytes)
            case .timeZone: readTimeZone(bytes)
            case .timeZoneRule: readTimeZoneRule(bytes)
            case .timeSpan: _ = TimeSpan(text(bytes))
            case .eventFilter: readEventFilter(bytes)
            case .functionName: readFunctionName(bytes)
            case .route: readRoute(bytes)
            case .encodings: readEncodings(bytes)
            }
        }

        /// What is written of a value is read as the same value.
        private func readStrictJSON(_ bytes: [UInt8]) {
            guard let value = try? StrictJSON.parse(bytes) else { return }
            hold((try? StrictJSON.parse(value.serialized())) == value)
        }

        /// The two readers of JSON agree, but for what the strict one alone refuses.
        private func scanJSON(_ bytes: [UInt8]) {
            let scans = (try? JSONScanner.check(bytes)) != nil
            do {
                _ = try StrictJSON.parse(bytes)
                hold(scans)
            } catch {
                let isStricter: Set<JSONReadError.Code> = [.duplicateName, .tooDeep]
                let mayBeLonger = error.code == .invalidNumber && bytes.count > 20
                hold(!scans || isStricter.contains(error.code) || mayBeLonger)
            }
        }

        /// An error names a line that the file has.
        private func readTemplate(_ bytes: [UInt8]) {
            let lineCount = bytes.count { $0 == 0x0A || $0 == 0x0D } + 2
            do {
                let template = try TemplateReader.read(bytes, file: "t.yaml", directory: "/")
                for warning in template.warnings { hold(0...lineCount ~= warning.line) }
            } catch {
                hold(0...lineCount ~= error.line)
                hold(!error.expected.isEmpty)
            }
        }

        private static var gateways: [Gateway] {
            [.httpAPI(isVersion1: false), .httpAPI(isVersion1: true), .restAPI, .functionURL]
        }

        /// What is sent on is HTTP; what is not is explained.
        private func readHTTPAnswer(_ bytes: [UInt8]) {
            for gateway in Self.gateways {
                do {
                    try hold(isHTTP: HTTPAnswer.read(bytes, gateway).answer)
                } catch {
                    hold(!error.explanation.isEmpty)
                }
            }
        }

        /// It is the same prelude, however it is cut.
        private func readStreamPrelude(_ bytes: [UInt8]) {
            for gateway in Self.gateways {
                let whole = try? StreamPrelude.read(bytes, gateway)
                var prelude = StreamPrelude()
                var (head, body): (HTTPServerAnswer?, [UInt8]) = (nil, [])
                for byte in bytes {
                    if head != nil {
                        body.append(byte)
                    } else {
                        guard let read = try? prelude.add([byte], gateway) else { continue }
                        head = read
                    }
                }
                if let whole {
                    hold(isHTTP: whole)
                    hold(head?.status == whole.status && body == whole.body)
                }
            }
        }

        private func hold(isHTTP answer: HTTPServerAnswer) {
            hold(100...599 ~= answer.status)
            for (name, value) in answer.fields {
                hold(HeaderSyntax.isName(name) && HeaderSyntax.isValue(value.utf8))
            }
        }

        /// Lengths and checksums of a message are those that its reader computes.
        private func writeEventStream(_ bytes: [UInt8]) {
            let message = EventStreamMessage.event(
                "PayloadChunk", contentType: "text/plain", payload: bytes)
            func number(at place: Int) -> Int {
                message[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            }
            hold(number(at: 0) == message.count)
            let payload = 12 + number(at: 4)
            hold(Array(message[payload..<(message.count - 4)]) == bytes)
            hold(number(at: 8) == Self.checksum(message[..<8]))
            hold(number(at: message.count - 4) == Self.checksum(message.dropLast(4)))
        }

        /// CRC-32 bit by bit, as its definition says.
        private static func checksum(_ bytes: ArraySlice<UInt8>) -> Int {
            var value: UInt32 = 0xFFFF_FFFF
            for byte in bytes {
                value ^= UInt32(byte)
                for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
            }
            return Int(~value)
        }

        /// The next time is later, and the one after it later still.
        private func readSchedule(_ bytes: [UInt8]) {
            guard let expression = ScheduleExpression(text(bytes)),
                let first = expression.next(afterMs: 1_795_176_000_000, startMs: 0)
            else { return }
            hold(first > 1_795_176_000_000)
            if let second = expression.next(afterMs: first, startMs: 0) { hold(second > first) }
        }

        private func readTimeZone(_ bytes: [UInt8]) {
            guard let zone = LocalTimeZone("fuzzed", file: bytes) else { return }
            for seconds: Int64 in [-4_000_000_000, 0, 1_795_176_000, 40_000_000_000] {
                _ = zone.unixSeconds(of: zone.civilTime(atUnixSeconds: seconds))
            }
        }

        private func readTimeZoneRule(_ bytes: [UInt8]) {
            guard let rule = TimeZoneRule(text(bytes)) else { return }
            for month: Int64 in 0..<24 {
                let offset = rule.offsetSeconds(atUnixSeconds: 1_795_176_000 + month * 2_629_800)
                hold(abs(offset) <= 7 * 86_400)
            }
        }

        private func readEventFilter(_ bytes: [UInt8]) {
            guard let filter = EventFilter(pattern: text(bytes)) else {
                return
            }
            let record = ChangeRecord(
                sequence: 1, kind: .insert, keys: ["id": "a"], newImage: ["id": "a", "n": 1],
                oldImage: nil, atMs: 0)
            _ = filter.passes(record.filterValue(hasImages: true))
        }

        private func readFunctionName(_ bytes: [UInt8]) {
            guard let reference = FunctionReference(text(bytes)) else {
                return
            }
            hold(!reference.name.isEmpty)
        }

        /// A line for the pattern, a line for the path.
        private func readRoute(_ bytes: [UInt8]) {
            let lines = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            var table = RouteTable<Int>()
            table.add(method: "ANY", path: lines[0], 1)
            table.add(method: "GET", path: "/a/{b}/{c+}", 2)
            _ = table.match(method: "GET", path: lines.last ?? "")
        }

        private func readEncodings(_ bytes: [UInt8]) {
            let text = text(bytes)
            hold(PercentEncoding.decode(text).utf8.count <= 3 * text.utf8.count)
            guard let decoded = Base64.decode(text) else { return }
            hold(Base64.decode(Base64.encode(decoded)) == decoded)
        }

        private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

        private func hold(_ condition: Bool, line: Int = #line) {
            precondition(condition, "\(rawValue): line \(line) does not hold")
        }
    }
#else
    /// Readers are seen from outside their module in debug builds only.
    package enum FuzzedReader: String, CaseIterable, Sendable {
        case strictJSON

        package func read(_ bytes: [UInt8]) {}
    }
#endif
