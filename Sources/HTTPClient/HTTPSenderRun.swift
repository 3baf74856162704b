/// One call of a sender: a queue, the exchanges under way, the results so far.
final class HTTPSenderRun {
    private struct Waiting {
        let index: Int
        let request: HTTPRequest
        let authority: RequestVetting.Authority
    }

    private struct Slot {
        let index: Int
        let authority: RequestVetting.Authority
    }

    private let sender: HTTPSender
    private var results: [Result<HTTPResponse, HTTPClientError>?]
    private var queue: [Waiting] = []
    /// Parallel arrays: the exchange of a slot, and whose it is.
    private var exchanges: [Curl.Easy] = []
    private var slots: [Slot] = []

    init(_ sender: HTTPSender, _ requests: [HTTPRequest]) {
        self.sender = sender
        results = Array(repeating: nil, count: requests.count)
        for (index, request) in requests.enumerated() {
            do throws(HTTPClientError) {
                try RequestVetting.vet(method: request.method, fields: request.fields)
                let authority = try RequestVetting.vet(url: request.url)
                queue.append(Waiting(index: index, request: request, authority: authority))
            } catch {
                results[index] = .failure(error)
            }
        }
    }

    /// Runs until every request has its result.
    func run() -> [Result<HTTPResponse, HTTPClientError>] {
        do throws(HTTPClientError) {
            let multi = try Curl.Multi()
            while true {
                startWaiting(multi)
                let running = try multi.perform()
                try collectFinished(multi)
                if queue.isEmpty, running == 0 { break }
                if running > 0 { try multi.wait(timeoutMs: 1000) }
            }
        } catch {
            return results.map { $0 ?? .failure(error) }
        }
        let lost = HTTPClientError(.other, "exchange ended without a result")
        return results.map { $0 ?? .failure(lost) }
    }

    private func startWaiting(_ multi: Curl.Multi) {
        var position = 0
        while position < queue.count {
            guard slots.count < sender.concurrentMax else { return }
            let next = queue[position]
            guard slots.count(where: { $0.authority == next.authority }) < sender.perHostMax
            else {
                position += 1
                continue
            }
            queue.remove(at: position)
            do throws(HTTPClientError) {
                try start(next, multi)
            } catch {
                results[next.index] = .failure(error)
            }
        }
    }

    private func start(_ waiting: Waiting, _ multi: Curl.Multi) throws(HTTPClientError) {
        let easy = try Curl.Easy(
            limits: sender.limits, policy: sender.policy, userAgent: nil,
            trustFile: sender.trustFile)
        let fields = try Curl.FieldList(waiting.request.fields)
        try easy.prepare(
            method: waiting.request.method, url: waiting.request.url, fields: fields,
            copying: waiting.request.body)
        if let addresses = sender.hostAddresses[waiting.authority.host] {
            try vet(addresses, port: waiting.authority.port)
            let list = addresses.joined(separator: ",")
            try easy.set(
                hostAddresses: "\(waiting.authority.host):\(waiting.authority.port):\(list)")
        }
        try multi.add(easy)
        exchanges.append(easy)
        slots.append(Slot(index: waiting.index, authority: waiting.authority))
    }

    /// One closed address among a name's answers closes the name.
    private func vet(_ addresses: [String], port: UInt16) throws(HTTPClientError) {
        for text in addresses {
            guard let address = IPAddress(text: text) else {
                throw HTTPClientError(.resolve, "resolver's answer is not an address")
            }
            guard sender.policy.permits(address), sender.policy.permits(port: port) else {
                throw HTTPClientError(.addressRefused, "address is closed by policy")
            }
        }
    }

    private func collectFinished(_ multi: Curl.Multi) throws(HTTPClientError) {
        while let (position, verdict) = multi.nextFinished(among: exchanges) {
            let easy = exchanges.remove(at: position)
            let slot = slots.remove(at: position)
            results[slot.index] = verdict.flatMap {
                Result { () throws(HTTPClientError) in
                    HTTPResponse(
                        status: try easy.status, fields: easy.transfer.fields,
                        body: easy.transfer.takeBody(), truncated: easy.transfer.isTruncated)
                }
            }
            try multi.remove(easy)
        }
    }
}
