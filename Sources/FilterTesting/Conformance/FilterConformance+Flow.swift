import FilterAPI
import NIOCore

// Bodies that are longer than anybody may hold.
extension FilterConformance {
    private static let part = 16 << 10
    /// More than streams and connections hold on their own.
    private static let held = 512 << 10
    /// How many parts the long bodies have: 4 MiB.
    private static let count = 256

    func checkFlow(_ findings: ConformanceFindings) async throws {
        try await self.checkSlowClient(findings)
        try await self.checkSlowService(findings)
        try await self.checkMemory(findings) { try await self.growthInLongRequest(findings) }
        try await self.checkMemory(findings) { try await self.growthInLongResponse(findings) }
    }

    /// Says that memory grows only when it does each time: it is that of the whole process, and what another thread takes
    /// once says nothing about the filter.
    private func checkMemory(_ findings: ConformanceFindings, _ growth: () async throws -> String?) async throws {
        var found: String?
        for _ in 0..<3 {
            found = try await growth()
            if found == nil { return }
        }
        if let found { findings.note(.memory, found) }
    }

    private func exchange(_ name: String, parts: Int) -> ConformanceExchange {
        let text: HeaderFields = ["content-type": "text/plain"]
        var response = TestResponse(headers: text, chunks: [])
        if parts > 0 { response.fresh = (parts, FilterConformance.part) }
        return ConformanceExchange(name, TestRequest(.post, "/", headers: text), response).adding(self.headers)
    }

    private func checkSlowClient(_ findings: ConformanceFindings) async throws {
        let exchange = self.exchange("a client that does not read", parts: 64)
        let run = try await self.run(exchange, findings)
        let stream = await run.gateway.open(exchange.request, readsPaused: true)
        await run.settle()
        let sent = run.gateway.upstreamBytesSent
        if !run.watch.collects, !run.watch.answered, sent > FilterConformance.held {
            findings.note(.backPressure, "\(exchange.name): the service could send \(sent) bytes")
        }
        await stream.resumeReading()
        await self.finish(stream, run, exchange, findings)
    }

    private func checkSlowService(_ findings: ConformanceFindings) async throws {
        let exchange = self.exchange("a service that does not read", parts: 0)
        let run = try await self.run(exchange, findings)
        await run.gateway.pauseUpstream()
        let stream = await run.gateway.open(exchange.request, hasBody: true)
        for _ in 0..<64 { await stream.send(ByteBuffer.letters(FilterConformance.part)) }
        await run.settle()
        let taken = 64 * FilterConformance.part - stream.unsentBytes
        if !run.watch.collects, !run.watch.answered, taken > FilterConformance.held {
            findings.note(.backPressure, "\(exchange.name): the client could send \(taken) bytes")
        }
        await run.gateway.resumeUpstream()
        await stream.end()
        await self.finish(stream, run, exchange, findings)
    }

    private func growthInLongRequest(_ findings: ConformanceFindings) async throws -> String? {
        let exchange = self.exchange("a long request", parts: 0)
        let run = try await self.run(exchange, findings)
        let stream = await run.gateway.open(exchange.request, hasBody: true)
        var heap: Int?
        for index in 0..<FilterConformance.count {
            if index == FilterConformance.count / 8 { heap = HeapUse.bytes }
            await stream.send(ByteBuffer.letters(FilterConformance.part))
        }
        await run.settle()
        let passed = run.gateway.core.eventLoop.read { run.gateway.core.upstreamBytesReceived }
        let growth = self.growth(run, exchange, passed: passed, since: heap, findings)
        await stream.end()
        await self.finish(stream, run, exchange, findings)
        return growth
    }

    private func growthInLongResponse(_ findings: ConformanceFindings) async throws -> String? {
        var exchange = self.exchange("a long response", parts: FilterConformance.count)
        var response = exchange.response
        response.interval = .milliseconds(1)
        exchange = ConformanceExchange(exchange.name, exchange.request, response)
        let run = try await self.run(exchange, findings)
        let stream = await run.gateway.open(exchange.request)
        await run.settle()
        await run.gateway.advance(by: .milliseconds(FilterConformance.count / 8))
        let heap = HeapUse.bytes
        await run.gateway.advance(by: .milliseconds(FilterConformance.count - FilterConformance.count / 8 - 1))
        await run.settle()
        let growth = self.growth(run, exchange, passed: stream.readBytes, since: heap, findings)
        await self.finish(stream, run, exchange, findings)
        return growth
    }

    /// Most of what came in has gone out, and is not held in memory; answers how much memory has grown otherwise.
    private func growth(
        _ run: ConformanceRun,
        _ exchange: ConformanceExchange,
        passed: Int,
        since heap: Int?,
        _ findings: ConformanceFindings
    ) -> String? {
        guard !run.watch.collects, !run.watch.answered else { return nil }
        let total = FilterConformance.count * FilterConformance.part
        guard passed >= total / 2 else {
            findings.note(
                .memory,
                "\(exchange.name): of \(total) bytes only \(passed) went on, and no collect holds the rest"
            )
            return nil
        }
        guard let heap, let now = HeapUse.bytes, now - heap > total / 2 else { return nil }
        return "\(exchange.name): memory grew by \(now - heap) bytes while \(total) passed"
    }

    private func run(_ exchange: ConformanceExchange, _ findings: ConformanceFindings) async throws -> ConformanceRun {
        let run = try ConformanceRun(self, exchange, findings)
        let core = run.gateway.core
        await core.eventLoop.run { core.keepsBodies = false }
        return run
    }

    private func finish(
        _ stream: TestStream,
        _ run: ConformanceRun,
        _ exchange: ConformanceExchange,
        _ findings: ConformanceFindings
    ) async {
        let response = await stream.response()
        // A body that is too long to collect may end in a refusal, or in a reset of what had begun.
        if !response.isComplete, !run.watch.collects {
            findings.note(.completes, "\(exchange.name): \(response.isReset ? "was reset" : "has no end")")
        }
        if let left = await run.leftovers() { findings.note(.leavesNothing, "\(exchange.name): \(left) is left") }
    }
}

extension ByteBuffer {
    private static let block: [UInt8] = {
        var generator = SplitMix(state: 7)
        return (0..<(1 << 20)).map { _ in UInt8(ascii: "a") + UInt8(truncatingIfNeeded: generator.next() % 26) }
    }()

    /// Memory of its own with that many letters, which do not compress well.
    static func letters(_ count: Int) -> ByteBuffer {
        let most = max(0, ByteBuffer.block.count - count)
        let start = Int.random(in: 0...most)
        return ByteBuffer(bytes: ByteBuffer.block[start..<min(start + count, ByteBuffer.block.count)])
    }
}
