package import FilterAPI
package import NIOCore

/// The traces of one event loop: decides which streams are recorded, and sends their spans to a service.
///
/// Confined to the loop. Spans wait in a bounded ``SpanQueue`` and go out behind the streams' backs.
package final class Tracer {
    /// Sends one export, and says what became of it.
    package typealias Transport = (CalloutRequest, @escaping (SpanQueue.Outcome) -> Void) -> Void

    package let settings: TracingSettings
    private let eventLoop: any EventLoop
    private let clock: any StreamClock
    private let transport: Transport
    private let lost: (SpanCounts) -> Void
    private var random: LoopRandom
    private var queue: SpanQueue
    private var isRetired = false
    private var waiting: [EventLoopPromise<Void>] = []

    /// - Parameters:
    ///   - settings: What the configuration says.
    ///   - eventLoop: The current event loop.
    ///   - clock: Tells when spans begin and end.
    ///   - random: Makes ids.
    ///   - lost: Hears of spans that were dropped or refused, but for those that a collector has told about in its answer.
    ///   - transport: Sends an export; default a request to the service.
    package init(
        _ settings: TracingSettings,
        eventLoop: any EventLoop,
        clock: any StreamClock,
        random: LoopRandom = LoopRandom(),
        lost: @escaping (SpanCounts) -> Void = { _ in },
        transport: @escaping Transport
    ) {
        self.settings = settings
        self.eventLoop = eventLoop
        self.clock = clock
        self.random = random
        self.transport = transport
        self.lost = lost
        self.queue = SpanQueue(
            serviceName: settings.serviceName,
            capacity: settings.queueSize,
            batchSize: settings.batchSize
        )
    }

    /// What became of spans so far.
    package var counts: SpanCounts { self.queue.counts }
    /// Nanoseconds since 1970.
    package var now: Int64 { self.clock.nanosecondsSince1970 }

    /// What a stream belongs to.
    package func begin(after parent: TraceContext?) -> TraceContext {
        self.settings.context(after: parent, using: &self.random)
    }

    /// What a part of a span belongs to.
    package func child(of context: TraceContext) -> TraceContext {
        var child = context
        child.spanID = UInt64.random(in: 1...UInt64.max, using: &self.random)
        return child
    }

    /// A span has ended.
    package func record(_ span: Span) {
        switch self.queue.append(span) {
        case .nothing: break
        case .dropped: self.report(dropped: 1)
        case .full: self.send()
        case .schedule: self.schedule(in: TimeAmount(bounded: self.settings.interval))
        }
    }

    /// Sends what waits, and tries nothing twice from now on: the end has come, or another tracer in its place.
    ///
    /// - Returns: Succeeds when nothing waits any more, or when an export's time has passed.
    package func retire() -> EventLoopFuture<Void> {
        self.isRetired = true
        self.queue.intervalPassed()
        self.send()
        let promise = self.eventLoop.makePromise(of: Void.self)
        if self.queue.count == 0 { promise.succeed() } else { self.waiting.append(promise) }
        return promise.futureResult
    }

    private func schedule(in time: TimeAmount) {
        self.eventLoop.assumeIsolated().scheduleTask(in: time) {
            self.queue.intervalPassed()
            self.send()
        }
    }

    private func send() {
        guard let batch = self.queue.next() else { return }
        self.transport(self.request(batch)) { self.ended($0) }
    }

    private func report(dropped: Int = 0, refused: Int = 0) {
        guard dropped + refused > 0 else { return }
        var counts = SpanCounts()
        counts.dropped = dropped
        counts.refused = refused
        self.lost(counts)
    }

    private func ended(_ outcome: SpanQueue.Outcome) {
        let before = self.queue.counts.refused
        let afterwards = self.queue.ended(outcome, isLast: self.isRetired)
        if case .takenBut = outcome {} else { self.report(refused: self.queue.counts.refused - before) }
        switch afterwards {
        case .goOn: self.send()
        case .retry(let pause): self.schedule(in: pause)
        case .rest: break
        }
        guard self.queue.count == 0 else { return }
        for promise in self.waiting { promise.succeed() }
        self.waiting = []
    }

    private func request(_ batch: SpanBatch) -> CalloutRequest {
        var headers: HeaderFields = [.contentType: "application/json"]
        for (name, value) in self.settings.headers { headers.set(HeaderName(name), value.reveal()) }
        return CalloutRequest(
            method: .post,
            path: self.settings.path,
            headers: headers,
            body: batch.body,
            timeout: self.settings.timeout,
            maximumResponseBytes: 1 << 20
        )
    }
}

extension SpanQueue.Outcome {
    /// What an answer to an export means.
    ///
    /// Source: OpenTelemetry Protocol, "OTLP/HTTP Response": which statuses may be tried again.
    package init(status: Int) {
        switch status {
        case 200...299: self = .taken
        case 429, 502, 503, 504: self = .unavailable
        default: self = .refused
        }
    }
}
