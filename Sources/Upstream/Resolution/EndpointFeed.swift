package import Logging
package import NIOCore
import Synchronization

/// The addresses of one service, kept fresh once for the whole process and handed to every event loop.
///
/// Names are asked for while somebody watches.
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
        /// Tells rounds apart that began before everybody left.
        var generation = 0
        var timer: Scheduled<Void>?
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
        if isFirst, !hosts.isEmpty { ask(generation) }
        return (id, current)
    }

    /// Ends watching; a report that is under way may still arrive.
    package func unwatch(_ id: Int) {
        let timer: Scheduled<Void>? = state.withLock { state in
            guard state.watchers.removeValue(forKey: id) != nil, state.watchers.isEmpty else { return nil }
            state.generation += 1
            defer { state.timer = nil }
            return state.timer
        }
        timer?.cancel()
    }

    private func ask(_ generation: Int) {
        let eventLoop = self.eventLoop
        let questions = hosts.map { resolver.addresses(of: $0, port: port, on: eventLoop) }
        EventLoopFuture.whenAllComplete(questions, on: eventLoop).whenSuccess { results in
            self.received(results, generation: generation)
        }
    }

    private func received(_ results: [Result<[SocketAddress], any Error>], generation: Int) {
        let answers = zip(hosts, results).map { (host: $0, result: $1) }
        let outcome: (change: HostAnswers.Change, report: Report?, watchers: [Watcher])? = state.withLock {
            guard $0.generation == generation else { return nil }
            let change = $0.answers.received(answers)
            let report = EndpointFeed.report($0.answers, change, results)
            if let report { $0.latest = report }
            return (change, report, Array($0.watchers.values))
        }
        guard let outcome else { return }
        log(outcome.change)
        if let report = outcome.report {
            for watcher in outcome.watchers { watcher.eventLoop.execute { watcher.report(report) } }
        }
        schedule(generation)
    }

    private static func report(
        _ answers: HostAnswers,
        _ change: HostAnswers.Change,
        _ results: [Result<[SocketAddress], any Error>]
    ) -> Report? {
        if change.hasNewAddresses {
            let hasWeights = answers.weights.contains { $0 != 1 }
            let hasPriorities = answers.priorities.contains { $0 != 0 }
            return .addresses(
                answers.addresses,
                weights: hasWeights ? answers.weights : [],
                priorities: hasPriorities ? answers.priorities : []
            )
        }
        guard answers.addresses.isEmpty else { return nil }
        for case .failure(let error) in results { return .failed("\(error)") }
        return .failed("the domains have no addresses")
    }

    /// Without any answer yet there is nobody to serve: ask again soon.
    private func schedule(_ generation: Int) {
        state.withLock { state in
            guard state.generation == generation else { return }
            let pause = state.answers.addresses.isEmpty ? min(refresh, .seconds(1)) : refresh
            state.timer = eventLoop.scheduleTask(in: pause) { self.ask(generation) }
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
