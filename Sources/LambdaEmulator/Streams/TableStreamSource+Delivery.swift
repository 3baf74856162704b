internal import TableStore

/// What one look at the stream came to; called on the source's thread only.
extension TableStreamSource {
    enum Look {
        /// Something was done: look again at once.
        case delivered
        /// Nothing is to be done before a moment of the virtual clock; or, if a batch is gathered,
        /// before it is full.
        case waits(untilMs: Int64, gathers: Bool)
        case empty
    }

    private static let eventBytesMax = 6 * 1024 * 1024

    func look(_ backlog: inout StreamBacklog) -> Look {
        guard let store = StreamBookmark.identity(ofStore: definition.storePath) else {
            backlog.removeAll()
            return .empty
        }
        if currentBookmark.store != store {
            // Another file: what was read of the former one is of no use.
            backlog.removeAll()
            setBookmark(StreamBookmark(sequence: 0, store: store))
        }
        do throws(TableStoreError) {
            if backlog.first == nil, let look = try read(into: &backlog) { return look }
            return deliver(&backlog)
        } catch {
            note("the table cannot be read: \(error)")
            let delayMs = context.policy.retryDelayMs(afterFailures: 1)
            return .waits(untilMs: context.clock.unixMs + Int64(delayMs), gathers: false)
        }
    }

    /// Reads on; nil when there is something to deliver.
    private func read(into backlog: inout StreamBacklog) throws(TableStoreError) -> Look? {
        let page = try reader.page(
            after: currentBookmark.sequence, limit: definition.batchSize,
            bytesMax: Self.eventBytesMax)
        let records = page.records
        guard let first = records.first, let last = records.last else { return .empty }
        let aheadMs = backlog.aheadMs(
            ofFirst: first.sequence, now: context.clock.unixMs - context.machine.unixMs())
        if definition.windowMs > 0, !page.isFull {
            let untilMs = first.atMs + aheadMs + definition.windowMs
            if untilMs > context.clock.unixMs {
                return .waits(untilMs: untilMs, gathers: true)
            }
        }
        let passing = passing(records)
        guard !passing.isEmpty else {
            advance(to: last.sequence)
            return .delivered
        }
        backlog.append(passing, endSequence: last.sequence, aheadMs: aheadMs)
        return nil
    }

    private func passing(_ records: [ChangeRecord]) -> [ChangeRecord] {
        let filters = definition.filters
        guard !filters.isEmpty else { return records }
        let hasImages = filters.contains { !$0.asksOnlyFor("eventName") }
        return records.filter { record in
            let value = record.filterValue(hasImages: hasImages)
            return filters.contains { $0.passes(value) }
        }
    }

    /// Invokes the function with the first run and waits for it.
    private func deliver(_ backlog: inout StreamBacklog) -> Look {
        if let ageMaxMs = definition.recordAgeMaxMs {
            let expired = backlog.takeExpired(writtenBy: context.clock.unixMs - ageMaxMs)
            if let expired { return discard(expired, .ageExceeded, requestID: nil) }
        }
        guard let run = backlog.first else { return .delivered }
        let event = TableStreamEventBuilder.make(
            run.records, streamARN: context.streamARN(definition), region: context.region)
        if event.count > Self.eventBytesMax, backlog.split() { return .delivered }
        let requestID = context.invoker.identifiers.requestID()
        let outcome = invoke(event, requestID: requestID)
        if case .refused(.stopping) = outcome { return .delivered }
        context.fired.add(
            FiredEvent(
                atMs: context.clock.unixMs, source: .stream(definition.table),
                function: definition.function, attempt: run.failures + 1,
                recordCount: run.records.count, outcome: outcome.name,
                ordinal: run.records.first?.sequence ?? 0))
        return after(outcome, of: run, requestID: requestID, &backlog)
    }

    private func invoke(_ event: [UInt8], requestID: String) -> InvocationOutcome {
        let promise = Promise<InvocationOutcome>()
        context.activity.begin()
        defer { context.activity.end() }
        context.invoker.invoke(
            definition.function, event, from: .stream(definition.table), requestID: requestID
        ) { promise.fulfil($0) }
        return promise.wait()
    }

    private func after(
        _ outcome: InvocationOutcome, of run: StreamBacklog.Run, requestID: String,
        _ backlog: inout StreamBacklog
    ) -> Look {
        // A function that was ended because the emulator stops has not failed, nor has one that
        // was not run at all.
        if isStopped, outcome.result?.failure?.kind == .runtime { return .delivered }
        guard let result = outcome.result else { return again(run.failures + 1, outcome) }
        var failedFrom: Int64?
        if result.failure == nil {
            guard let sequence = firstFailure(in: result, of: run) else {
                if let done = backlog.succeed() { advance(to: done) }
                return .delivered
            }
            failedFrom = sequence
        }
        switch backlog.fail(from: failedFrom, definition) {
        case .again(let doneSequence):
            if let doneSequence { advance(to: doneSequence) }
            return again(backlog.first?.failures ?? 1, outcome)
        case .givenUp(let run): return discard(run, .retriesExhausted, requestID: requestID)
        case .split, nil: return .delivered
        }
    }

    /// The first record that the function says it has failed with; nil when there is none.
    private func firstFailure(
        in result: InvocationResult, of run: StreamBacklog.Run
    ) -> Int64? {
        guard definition.reportsItemFailures else { return nil }
        let failures = ItemFailures(
            answer: result.payload, identifiers: Set(run.records.map { String($0.sequence) }))
        switch failures {
        case .none: return nil
        case .all: return run.records.first?.sequence
        case .some(let sequences): return sequences.compactMap { Int64($0) }.min()
        }
    }

    private func again(_ failures: Int, _ outcome: InvocationOutcome) -> Look {
        let delayMs = context.policy.retryDelayMs(afterFailures: failures)
        note("tried again in \(delayMs) ms after \(failures) failures in a row (\(outcome.name))")
        return .waits(untilMs: context.clock.unixMs + Int64(delayMs), gathers: false)
    }

    /// Tells the destination of records that are given up, and goes past them.
    private func discard(
        _ run: StreamBacklog.Run, _ condition: StreamDiscard.Condition, requestID: String?
    ) -> Look {
        note(
            "\(run.records.count) records from \(run.records.first?.sequence ?? 0) on are given "
                + "up: \(condition.rawValue)")
        if let name = definition.onFailureQueue, let queue = context.queues.queue(named: name) {
            let identifiers = context.invoker.identifiers
            let now = context.clock.unixMs
            let record = StreamDiscard(
                condition: condition, requestID: requestID ?? identifiers.requestID(),
                functionARN: context.invoker.directory.pool(named: definition.function)?.arn ?? "",
                streamARN: context.streamARN(definition), timeMs: now)
            let message = NewMessage(
                messageID: identifiers.requestID(), body: record.bytes(of: run), sentMs: now,
                visibleMs: now)
            // Only once it is kept may the records be passed over.
            let sent = Promise<Bool>()
            context.queues.send([message], to: queue) { result in
                sent.fulfil((try? result.get()) != nil)
            }
            if !sent.wait() { note("the queue \(name) cannot be told of it") }
        }
        advance(to: run.endSequence)
        return .delivered
    }

    /// Moves the bookmark.
    private func advance(to sequence: Int64) {
        var bookmark = currentBookmark
        bookmark.sequence = sequence
        setBookmark(bookmark)
        do throws(SystemCallError) {
            try bookmark.save(to: bookmarkPath)
        } catch {
            // The records are done with; after a crash they would be delivered once more.
            note("\(bookmarkPath): \(error.call): \(error.reason)")
        }
    }
}
