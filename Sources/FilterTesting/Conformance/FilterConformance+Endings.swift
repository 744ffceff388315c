import FilterAPI
import NIOCore

// Exchanges that end early, at every moment.
extension FilterConformance {
    /// One thing that happens in an exchange.
    private enum Event {
        case part(ByteBuffer)
        case end(HeaderFields?)
        case time(Duration)
    }

    func checkEndings(_ findings: ConformanceFindings) async throws {
        for exchange in self.exchanges.map({ $0.adding(self.headers) }) where exchange.isWorthBreaking {
            try await self.checkClientResets(exchange, findings)
        }
        if let exchange = self.exchanges.map({ $0.adding(self.headers) }).first(where: { $0.isWorthBreaking }) {
            try await self.checkServiceFailures(exchange, findings)
        }
    }

    /// The client leaves after each event.
    private func checkClientResets(_ exchange: ConformanceExchange, _ findings: ConformanceFindings) async throws {
        let slow = exchange.slowed
        let events = self.events(of: slow)
        for count in 0...events.count {
            let manner = "the client left after \(count) of \(events.count) events"
            let run = try ConformanceRun(self, slow, findings, manner: manner)
            run.gateway.core.services.answerAll { _ in TestResponse(body: "{}").delayed(.seconds(1)) }
            let stream = await run.gateway.open(slow.request, hasBody: slow.request.body.readableBytes > 0)
            for event in events.prefix(count) { await self.perform(event, stream, run.gateway) }
            await stream.reset()
            await run.settle()
            if run.gateway.liveStreams == 0, run.gateway.liveOperations > 0 {
                findings.note(.cancellation, "\(exchange.name), \(manner): an operation goes on")
            }
            if let left = await run.leftovers() {
                findings.note(.leavesNothing, "\(exchange.name), \(manner): \(left) is left")
                return
            }
        }
    }

    private func events(of exchange: ConformanceExchange) -> [Event] {
        let body = exchange.request.body
        let parts = Chunking.bytes(max(1, body.readableBytes / 3)).parts(of: body)
        let ending: [Event] = parts.isEmpty ? [] : [.end(exchange.request.trailers)]
        return parts.map { .part($0) } + ending + [Event](repeating: .time(.milliseconds(700)), count: 7)
    }

    private func perform(_ event: Event, _ stream: TestStream, _ gateway: TestGateway) async {
        switch event {
        case .part(let part): await stream.send(part)
        case .end(let trailers): await stream.end(trailers: trailers)
        case .time(let time): await gateway.advance(by: time)
        }
    }

    /// The service fails in each way; the exchange ends all the same.
    private func checkServiceFailures(_ exchange: ConformanceExchange, _ findings: ConformanceFindings) async throws {
        let answer = exchange.response
        let failures: [(String, TestResponse)] = [
            ("no service", .unreachable), ("a reset before the answer", .resets), ("no answer", .neverAnswers),
            ("a reset within the answer", answer.reset(after: 10)),
            ("silence within the answer", answer.silent(after: 10)),
        ]
        for (manner, response) in failures {
            let broken = ConformanceExchange(exchange.name, exchange.request, response)
            let run = try ConformanceRun(self, broken, findings, manner: manner)
            let received = await run.gateway.send(exchange.request)
            if !received.isComplete, !received.isReset {
                findings.note(.completes, "\(exchange.name), \(manner): has no end")
            }
            if let left = await run.leftovers() {
                findings.note(.leavesNothing, "\(exchange.name), \(manner): \(left) is left")
            }
        }
    }
}

extension ConformanceExchange {
    /// Whether there are moments to leave at.
    fileprivate var isWorthBreaking: Bool {
        self.request.body.readableBytes > 3 && self.response.parts.contains { $0.readableBytes > 3 }
    }

    /// The same with a service that takes a second for its head and one for each part of the body.
    fileprivate var slowed: ConformanceExchange {
        var response = self.response.delayed(.seconds(1))
        response.interval = .seconds(1)
        if response.parts.count == 1, let body = response.parts.first {
            response.parts = Chunking.bytes(max(1, body.readableBytes / 3)).parts(of: body)
        }
        return ConformanceExchange(self.name, self.request, response)
    }
}
