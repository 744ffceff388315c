import FilterAPI
import FilterRuntime
import NIOCore
import Synchronization

/// Stands between the chain and a filter, and sees each call and each answer.
final class FilterWatch: Sendable {
    private struct Seen {
        var order = HookOrder()
        var answers = 0
    }

    private struct State {
        /// The streams under way; a stream's context is used for one stream only in tests.
        var streams: [ObjectIdentifier: Seen] = [:]
        var objects: [WeakObject] = []
        var collects = false
        var answered = false
        var throwsErrors = false
    }

    /// Touched under the lock alone.
    private struct WeakObject: @unchecked Sendable {
        weak var object: AnyObject?
    }

    /// The greatest limit that a filter may collect to.
    static let greatestLimit = 64 << 20

    private let findings: ConformanceFindings
    private let exchange: String
    private let hasObjects: Bool
    private let state = Mutex(State())

    init(_ findings: ConformanceFindings, exchange: String, hasObjects: Bool) {
        self.findings = findings
        self.exchange = exchange
        self.hasObjects = hasObjects
    }

    /// Whether the filter asked for a whole body.
    var collects: Bool { self.state.withLock { $0.collects } }
    /// Whether the filter answered a stream itself.
    var answered: Bool { self.state.withLock { $0.answered } }
    /// Objects of streams that are still alive.
    var liveObjects: Int { self.state.withLock { $0.objects.count { $0.object != nil } } }

    /// The entry with each of its filters watched.
    func watching(_ entry: ChainEntry) -> ChainEntry {
        ChainEntry(
            name: entry.name,
            filter: entry.filter,
            phase: entry.phase,
            priority: entry.priority,
            failsOpen: entry.failsOpen,
            base: entry.base.map { self.watching($0) },
            rules: entry.rules,
            routes: entry.routes
        )
    }

    private func watching(_ filter: BoundFilter) -> BoundFilter {
        BoundFilter(
            makeStream: { stream in
                let object = filter.makeStream(stream)
                self.began(stream, object)
                return object
            },
            request: self.watching(filter.request, isRequest: true),
            response: self.watching(filter.response, isRequest: false),
            // Always there, so that the end is seen; the filter's own is called when it has one.
            streamEnded: { object, stream in
                self.ended(stream)
                filter.streamEnded?(object, stream)
            },
            log: filter.log
        )
    }

    private func watching(_ hooks: BoundFilter.Hooks, isRequest: Bool) -> BoundFilter.Hooks {
        var watched = BoundFilter.Hooks()
        if let hook = hooks.head { watched.head = self.head(hook, isRequest) }
        if let hook = hooks.body { watched.body = self.body(hook, isRequest) }
        // With a body hook beside it that one is counted.
        if let hook = hooks.observer { watched.observer = self.observer(hook, isRequest, counts: hooks.body == nil) }
        if let hook = hooks.collect { watched.collect = self.collect(hook, isRequest) }
        if let hook = hooks.trailers { watched.trailers = self.trailers(hook, isRequest) }
        return watched
    }

    private func head(_ hook: @escaping BoundFilter.HeadHook, _ isRequest: Bool) -> BoundFilter.HeadHook {
        return { object, stream in
            try self.see(.head, isRequest, stream) { try hook(object, stream) }
        }
    }

    private func body(_ hook: @escaping BoundFilter.BodyHook, _ isRequest: Bool) -> BoundFilter.BodyHook {
        return { object, chunk, end, stream in
            try self.see(end ? .bodyEnd : .body, isRequest, stream) { try hook(object, &chunk, end, stream) }
        }
    }

    private func observer(
        _ hook: @escaping BoundFilter.ObserverHook,
        _ isRequest: Bool,
        counts: Bool
    ) -> BoundFilter.ObserverHook {
        return { object, chunk, end, stream in
            let part: HookOrder.Hook? = counts ? (end ? .bodyEnd : .body) : nil
            return try self.see(part, isRequest, stream) { try hook(object, chunk, end, stream) }
        }
    }

    private func collect(_ hook: @escaping BoundFilter.CollectHook, _ isRequest: Bool) -> BoundFilter.CollectHook {
        return { object, body, stream in
            try self.see(.collected, isRequest, stream) { try hook(object, &body, stream) }
        }
    }

    private func trailers(_ hook: @escaping BoundFilter.TrailersHook, _ isRequest: Bool) -> BoundFilter.TrailersHook {
        return { object, trailers, stream in
            try self.see(.trailers, isRequest, stream) { try hook(object, &trailers, stream) }
        }
    }
}

// What is seen.
extension FilterWatch {
    private func began(_ stream: StreamContext, _ object: AnyObject?) {
        let weakObject = WeakObject(object: self.hasObjects ? object : nil)
        self.state.withLock { state in
            state.streams[ObjectIdentifier(stream)] = Seen()
            state.objects.append(weakObject)
        }
    }

    private func ended(_ stream: StreamContext) {
        let id = ObjectIdentifier(stream)
        if let wrong = self.state.withLock({ $0.streams[id, default: Seen()].order.end() }) {
            self.findings.note(.hookOrder, "\(self.exchange): \(wrong)")
        }
    }

    private func see(
        _ hook: HookOrder.Hook?,
        _ isRequest: Bool,
        _ stream: StreamContext,
        _ call: () throws -> FilterAction
    ) throws -> FilterAction {
        let id = ObjectIdentifier(stream)
        if let hook,
            let wrong = self.state.withLock({ $0.streams[id, default: Seen()].order.call(hook, isRequest: isRequest) })
        {
            self.findings.note(.hookOrder, "\(self.exchange): \(wrong)")
        }
        do {
            return self.see(try call(), id)
        } catch {
            self.failed(error)
            throw error
        }
    }

    private func see(_ action: FilterAction, _ stream: ObjectIdentifier) -> FilterAction {
        switch action {
        case .continue: break
        case .respond: self.answer(stream)
        case .collect(let limit, _):
            self.state.withLock { $0.collects = true }
            if limit > FilterWatch.greatestLimit {
                self.findings.note(.boundedCollect, "\(self.exchange): collects up to \(limit) bytes")
            }
        case .suspend(let operation):
            return .suspend(
                operation.watched { result in
                    // Nobody waits any more for what was cancelled.
                    guard !Task.isCancelled else { return nil }
                    switch result {
                    case .success(let action): return self.see(action, stream)
                    case .failure(let error): self.failed(error)
                    }
                    return nil
                }
            )
        }
        return action
    }

    private func answer(_ stream: ObjectIdentifier) {
        let answers = self.state.withLock { state in
            state.answered = true
            state.streams[stream, default: Seen()].answers += 1
            return state.streams[stream]?.answers ?? 0
        }
        if answers > 1 { self.findings.note(.oneAnswer, "\(self.exchange): answered \(answers) times") }
    }

    private func failed(_ error: any Error) {
        self.findings.note(.noErrors, "\(self.exchange): \(error)")
    }
}
