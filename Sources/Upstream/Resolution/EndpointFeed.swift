package import Logging
package import NIOCore
import Synchronization

/// The addresses of one service, kept fresh once for the whole process and handed to every event loop.
///
/// Names are asked for while somebody watches, each by itself: a name that fails or hangs holds no other back.
package final class EndpointFeed: Sendable {
    /// What watchers get to know.
    package enum Report: Sendable, Equatable {
        /// All endpoints, and the weight and priority of each; no weights when all have 1, no priorities when all have 0.
        case addresses([SocketAddress], weights: [Int] = [], priorities: [Int] = [])
        /// There has never been a good answer, and this is why.
        case failed(String)
    }

    private struct Watcher: Sendable {
        let eventLoop: any EventLoop
        let report: @Sendable (Report) -> Void
    }

    private struct State: Sendable {
        var answers: HostAnswers
        var latest: Report?
        var watchers: [Int: Watcher] = [:]
        var nextWatcher = 0
        /// Tells questions apart that were asked before everybody left.
        var generation = 0
        /// Of each name until it is asked for again.
        var timers: [String: Scheduled<Void>] = [:]
        var pauses: [String: LookupPause] = [:]
    }

    private let hosts: [String]
    private let port: Int
    private let refresh: TimeAmount
    private let resolver: any AddressResolver
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let service: String
    private let state: Mutex<State>

    package init(
        _ source: EndpointSource,
        weights: [Int] = [],
        priorities: [Int] = [],
        resolver: any AddressResolver,
        eventLoop: any EventLoop,
        logger: Logger,
        service: String
    ) {
        let fixed: Report?
        switch source {
        case .fixed(let addresses):
            (self.hosts, self.port, self.refresh) = ([], 0, .zero)
            fixed =
                addresses.isEmpty
                ? .failed("the service has no endpoints")
                : .addresses(addresses, weights: weights, priorities: priorities)
        case .dns(let hosts, let port, let refresh):
            (self.hosts, self.port, self.refresh) = (hosts, port, max(TimeAmount(bounded: refresh), .milliseconds(1)))
            fixed = hosts.isEmpty ? .failed("the service has no domains") : nil
        }
        self.resolver = resolver
        self.eventLoop = eventLoop
        self.logger = logger
        self.service = service
        let answers = HostAnswers(hosts: self.hosts, weights: weights, priorities: priorities)
        self.state = Mutex(State(answers: answers, latest: fixed))
    }
}

extension EndpointFeed {
    /// The feed of one address out of those of another feed.
    convenience init(fixed address: SocketAddress, of feed: EndpointFeed) {
        self.init(
            .fixed([address]),
            resolver: feed.resolver,
            eventLoop: feed.eventLoop,
            logger: feed.logger,
            service: feed.service
        )
    }

    /// Begins to watch.
    ///
    /// - Parameters:
    ///   - eventLoop: Where `report` is called.
    ///   - report: Hears of every change that comes after the report that is returned.
    /// - Returns: a number for ``unwatch(_:)``, and what is known now.
    package func watch(
        on eventLoop: any EventLoop,
        _ report: @escaping @Sendable (Report) -> Void
    ) -> (id: Int, current: Report?) {
        let (id, current, isFirst, generation) = state.withLock { state in
            let id = state.nextWatcher
            state.nextWatcher += 1
            state.watchers[id] = Watcher(eventLoop: eventLoop, report: report)
            return (id, state.latest, state.watchers.count == 1, state.generation)
        }
        guard isFirst else { return (id, current) }
        for (index, host) in hosts.enumerated() where hosts.firstIndex(of: host) == index { ask(host, generation) }
        return (id, current)
    }

    /// Ends watching; a report that is under way may still arrive.
    package func unwatch(_ id: Int) {
        let timers: [Scheduled<Void>] = state.withLock { state in
            guard state.watchers.removeValue(forKey: id) != nil, state.watchers.isEmpty else { return [] }
            state.generation += 1
            defer {
                state.timers = [:]
                state.pauses = [:]
            }
            return Array(state.timers.values)
        }
        for timer in timers { timer.cancel() }
    }

    private func ask(_ host: String, _ generation: Int) {
        resolver.addresses(of: host, port: port, on: eventLoop).whenComplete { result in
            self.received(result, of: host, generation: generation)
        }
    }

    private func received(_ result: Result<[SocketAddress], any Error>, of host: String, generation: Int) {
        let isAnswered = if case .success(let found) = result { !found.isEmpty } else { false }
        let outcome: (change: HostAnswers.Change, report: Report?, watchers: [Watcher])? = state.withLock { state in
            guard state.generation == generation else { return nil }
            let change = state.answers.received([(host: host, result: result)])
            let report = EndpointFeed.report(state.answers, change)
            if let report { state.latest = report }
            return (change, report, Array(state.watchers.values))
        }
        guard let outcome else { return }
        log(outcome.change)
        if let report = outcome.report {
            for watcher in outcome.watchers { watcher.eventLoop.execute { watcher.report(report) } }
        }
        schedule(host, generation, isAnswered: isAnswered)
    }

    private static func report(_ answers: HostAnswers, _ change: HostAnswers.Change) -> Report? {
        guard change.hasNewAddresses else { return answers.failure.map { .failed("\($0)") } }
        let hasWeights = answers.weights.contains { $0 != 1 }
        let hasPriorities = answers.priorities.contains { $0 != 0 }
        return .addresses(
            answers.addresses,
            weights: hasWeights ? answers.weights : [],
            priorities: hasPriorities ? answers.priorities : []
        )
    }

    private func schedule(_ host: String, _ generation: Int, isAnswered: Bool) {
        let fraction = Double.random(in: 0...1)
        state.withLock { state in
            guard state.generation == generation else { return }
            let pause = state.pauses[host, default: LookupPause()].next(
                isAnswered: isAnswered,
                refresh: refresh,
                fraction: fraction
            )
            state.timers[host] = eventLoop.scheduleTask(in: pause) { self.ask(host, generation) }
        }
    }

    private func log(_ change: HostAnswers.Change) {
        for failure in change.failed {
            logger.warning("\(failure)", metadata: ["service": "\(service)"])
        }
        for host in change.recovered {
            logger.info("\(host) is resolved again", metadata: ["service": "\(service)"])
        }
    }
}
