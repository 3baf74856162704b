/// One call of libmicrohttpd's access handler, which is called several times for a request: when
/// its header is read, for each piece of its body, when it is complete, and after a resume.
struct HTTPAccess {
    let core: HTTPServerCore
    let exchange: HTTPExchange
    let connection: MHDConnection

    /// False closes the connection.
    func proceed(method: UnsafePointer<CChar>, uploaded: UnsafeRawBufferPointer) -> Bool {
        switch exchange.phase {
        case .started: return begin(method: method)
        case .receiving: return receive(uploaded)
        case .reading where !uploaded.isEmpty:
            if exchange.append(uploaded, bytesMax: core.bodyBytesMax) { return true }
            noteRefusal(method: method)
            return exchange.discard(uploaded)
        case .refused where !uploaded.isEmpty: return exchange.discard(uploaded)
        case .reading:
            exchange.phase = .handled
            let request = request(method: method)
            exchange.body = []
            core.handle(request, exchange.responder)
            return answerOrWait()
        case .refused: return refuse()
        case .handled: return queue(exchange.responder.takeAnswer())
        }
    }

    private func begin(method: UnsafePointer<CChar>) -> Bool {
        exchange.phase = .reading
        if let reception = core.reception(
            of: { request(method: method) }, on: connection, exchange.responder)
        {
            exchange.reception = reception
            exchange.phase = .receiving
            return true
        }
        guard let text = connection.field("Content-Length"), let length = Int(text) else {
            return true
        }
        if length > core.bodyBytesMax {
            // A client that waits for 100 Continue, or sends far too much, is told right away.
            let isTold =
                connection.field("Expect") != nil || length > HTTPExchange.discardedBytesMax
            noteRefusal(method: method)
            return isTold ? refuse() : true
        }
        exchange.body.reserveCapacity(length)
        return true
    }

    /// Hands a piece of a body on, or its end.
    private func receive(_ uploaded: UnsafeRawBufferPointer) -> Bool {
        guard let reception = exchange.reception else { return false }
        guard uploaded.isEmpty else {
            reception.receiver.receive(uploaded)
            reception.upload.suspendIfPaused(connection)
            return true
        }
        exchange.phase = .handled
        reception.receiver.end(trailers: connection.trailers())
        return answerOrWait()
    }

    private func request(method: UnsafePointer<CChar>) -> HTTPServerRequest {
        let origin = connection.context.map {
            Unmanaged<HTTPConnectionOrigin>.fromOpaque($0).takeUnretainedValue()
        }
        return HTTPServerRequest(
            method: String(cString: method), target: exchange.target,
            fields: connection.fields(), body: exchange.body,
            localPort: origin?.localPort ?? 0, remoteAddress: origin?.remoteAddress ?? "")
    }

    /// The body is too large, which is known at once to whom it concerns; the client is told when
    /// it has sent it.
    private func noteRefusal(method: UnsafePointer<CChar>) {
        exchange.phase = .refused
        exchange.body = []
        exchange.refusal = core.refusal(of: request(method: method))
        exchange.refusal?.fields.append(("Connection", "close"))
    }

    private func refuse() -> Bool {
        guard let answer = exchange.refusal else { return false }
        exchange.phase = .handled
        exchange.responder.respond(answer)
        return queue(exchange.responder.takeAnswer())
    }

    /// The fast path queues an answer that the handler gave at once, without suspending.
    private func answerOrWait() -> Bool {
        if let answer = exchange.responder.takeAnswer() { return queue(answer) }
        guard core.registry.remember(exchange.responder) else {
            exchange.responder.respond(status: 503)
            return queue(exchange.responder.takeAnswer())
        }
        guard let answer = exchange.responder.takeAnswerOrSuspend(connection) else { return true }
        core.registry.forget(exchange.responder)
        return queue(answer)
    }

    private func queue(_ answer: MHDAnswer?) -> Bool {
        guard let answer else { return false }
        return connection.queue(answer)
    }
}
