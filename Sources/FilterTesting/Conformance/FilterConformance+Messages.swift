import FilterAPI
import NIOCore

// Whole exchanges, as they stand, cut, and side by side.
extension FilterConformance {
    /// An exchange that did as it should, with what came of it.
    struct Conforming {
        let exchange: ConformanceExchange
        let outcome: ConformanceOutcome
    }

    private var variants: [ConformanceExchange] {
        guard !self.headers.isEmpty else { return self.exchanges }
        let bare = self.exchanges.map { ConformanceExchange("\($0.name) without the headers", $0.request, $0.response) }
        return self.exchanges.map { $0.adding(self.headers) } + bare
    }

    /// Each exchange twice: it ends well, leaves nothing, and comes out the same.
    func checkMessages(_ findings: ConformanceFindings) async throws -> [Conforming] {
        var conforming: [Conforming] = []
        for exchange in self.variants {
            let first = try await self.run(exchange, findings)
            let second = try await self.run(exchange, findings)
            if let difference = first.difference(to: second) {
                findings.note(.determinism, "\(exchange.name): \(difference)")
            }
            guard first.isComplete, !first.isReset else {
                findings.note(
                    .completes,
                    "\(exchange.name): \(first.isReset ? "was reset" : "has no end") (\(first.details))"
                )
                continue
            }
            self.checkTrailers(exchange, first, findings)
            conforming.append(Conforming(exchange: exchange, outcome: first))
        }
        return conforming
    }

    private func run(
        _ exchange: ConformanceExchange,
        _ findings: ConformanceFindings,
        _ chunking: Chunking = .whole
    ) async throws -> ConformanceOutcome {
        let manner = chunking == .whole ? "" : "cut (\(chunking))"
        let run = try ConformanceRun(self, exchange, findings, chunking: chunking, manner: manner)
        let response = await run.gateway.send(exchange.request)
        for error in run.errors { findings.note(.noErrors, "\(exchange.name): \(error)") }
        if let left = await run.leftovers() { findings.note(.leavesNothing, "\(exchange.name): \(left) is left") }
        return ConformanceOutcome(response, run.gateway.upstreamRequests, varying: self.varying)
    }

    private func checkTrailers(
        _ exchange: ConformanceExchange,
        _ outcome: ConformanceOutcome,
        _ findings: ConformanceFindings
    ) {
        guard let request = outcome.upstream.first else { return }
        for field in exchange.request.trailers ?? [:] where !request.contains("\(field.name): \(field.value)") {
            findings.note(.trailers, "\(exchange.name): the request lost \(field.name)")
        }
        guard outcome.details == "via_upstream" || outcome.status == exchange.response.status else { return }
        for field in exchange.response.trailers ?? [:] where !outcome.trailers.contains("\(field.name): \(field.value)")
        {
            findings.note(.trailers, "\(exchange.name): the response lost \(field.name)")
        }
    }

    /// Each exchange with bodies cut at other places.
    func checkChunking(_ conforming: [Conforming], _ findings: ConformanceFindings) async throws {
        var generator = SplitMix(state: self.seed)
        let cuts: [Chunking] =
            [.bytes(1), .bytes(3)] + (0..<4).map { _ in Chunking.random(seed: generator.next()) }
        for known in conforming {
            for cut in cuts {
                let outcome = try await self.run(known.exchange, findings, cut)
                guard let difference = known.outcome.difference(to: outcome) else { continue }
                findings.note(.chunking, "\(known.exchange.name), whole and cut (\(cut)): \(difference)")
                break
            }
        }
    }

    /// Exchanges that run at the same time in one gateway, a part of each at a time.
    func checkIsolation(_ conforming: [Conforming], _ findings: ConformanceFindings) async throws {
        let withBody = conforming.filter { $0.exchange.request.body.readableBytes > 3 }
        guard let first = withBody.first else { return }
        var streams: [(known: Conforming, stream: TestStream, parts: ArraySlice<ByteBuffer>)] = []
        let run = try ConformanceRun(
            self,
            ConformanceExchange("exchanges side by side", first.exchange.request, first.exchange.response),
            findings
        )
        run.gateway.upstream.answer { request in
            // A filter may send the request to another path.
            withBody.first { $0.exchange.name == request.headers["x-case"] }?.exchange.response
                ?? TestResponse(status: 404)
        }
        for known in withBody {
            var request = known.exchange.request
            request.headers["x-case"] = known.exchange.name
            let stream = await run.gateway.open(request, hasBody: true)
            let length = max(1, request.body.readableBytes / 3)
            streams.append((known, stream, Chunking.bytes(length).parts(of: request.body)[...]))
        }
        while streams.contains(where: { !$0.parts.isEmpty }) {
            for index in streams.indices {
                if let part = streams[index].parts.popFirst() { await streams[index].stream.send(part) }
            }
        }
        for (known, stream, _) in streams { await stream.end(trailers: known.exchange.request.trailers) }
        for (known, stream, _) in streams {
            let response = await stream.response()
            let outcome = ConformanceOutcome(response, [], varying: self.varying)
            let sent = run.gateway.upstreamRequests.first { $0.headers["x-case"] == known.exchange.name }
            let same =
                outcome.status == known.outcome.status && outcome.body == known.outcome.body
                && outcome.details == known.outcome.details && outcome.consumer == known.outcome.consumer
                && sent?.text == known.outcome.upstreamBody
            guard !same else { continue }
            findings.note(
                .isolation,
                "\(known.exchange.name): alone \(known.outcome.status) \(known.outcome.body.prefix(200)), beside others "
                    + "\(outcome.status) \(outcome.body.prefix(200))"
            )
        }
    }
}
