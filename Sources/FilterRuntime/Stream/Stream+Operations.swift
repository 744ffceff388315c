import FilterAPI
import Logging
import NIOCore
import Upstream

/// Work of a filter that a stream waits for.
///
/// Touched on the event loop alone: the task that runs it prefers the loop's executor.
final class RunningOperation: @unchecked Sendable {
    let operation: FilterOperation
    let filter: Int
    let startedAt: NIODeadline
    /// The span of it, when the stream is traced.
    let trace: (span: Span, scope: TraceScope)?
    private(set) var task: Task<Void, Never>?
    private var finished: ((Result<FilterAction, any Error>) -> Void)?

    init(
        _ operation: FilterOperation,
        filter: Int,
        startedAt: NIODeadline,
        trace: (span: Span, scope: TraceScope)? = nil,
        finished: @escaping (Result<FilterAction, any Error>) -> Void
    ) {
        self.operation = operation
        self.filter = filter
        self.startedAt = startedAt
        self.trace = trace
        self.finished = finished
    }

    func start(on executor: LoopExecutor) {
        self.task = Task(executorPreference: executor) { await self.run() }
    }

    func cancel() {
        self.task?.cancel()
    }

    private nonisolated(nonsending) func run() async {
        guard let scope = self.trace?.scope else { return await self.runOperation() }
        await TraceScope.$current.withValue(scope) { await self.runOperation() }
    }

    private nonisolated(nonsending) func runOperation() async {
        let result: Result<FilterAction, any Error>
        do {
            result = .success(try await self.operation.run())
        } catch {
            result = .failure(error)
        }
        let finished = self.finished
        self.finished = nil
        self.task = nil
        finished?(result)
    }
}

// What filters wait for.
extension Stream {
    /// Begins an operation that holds a message.
    func start(_ operation: FilterOperation, of filter: Int, _ direction: MessageFlow.Direction) {
        let generation = self.generation
        let targetRevision = self.context.request.targetRevision
        let fieldsRevision = self.context.request.headers.revision
        let running = RunningOperation(
            operation,
            filter: filter,
            startedAt: self.loop.clock.now,
            trace: self.beginSpan(of: filter)
        ) { result in
            self.loop.liveOperations -= 1
            guard self.isAwaited(filter, direction, generation) else { return }
            let holdsHead = self.requestFlow.isHeadAtCalledFilter
            self.forget(direction)
            self.take(operation.change, result, of: filter, direction)
            self.operationFinished(result, of: filter, direction)
            if direction == .response {
                self.checkStatus(filter)
            } else if holdsHead {
                self.followRouteChanges(filter, targetRevision, fieldsRevision)
            }
            self.drive(direction)
        }
        self.loop.liveOperations += 1
        switch direction {
        case .request: self.requestOperation = running
        case .response: self.responseOperation = running
        }
        self.setFilterDeadline()
        running.start(on: self.loop.executor)
    }

    /// Whether the stream still waits for an operation's answer.
    private func isAwaited(_ filter: Int, _ direction: MessageFlow.Direction, _ generation: UInt64) -> Bool {
        if self.isLive, self.generation == generation, self.suspendedFilter(direction) == filter { return true }
        self.loop.logger.debug("late answer of a filter ignored", metadata: ["filter": "\(filter)"])
        return false
    }

    private func operationFinished(
        _ result: Result<FilterAction, any Error>,
        of filter: Int,
        _ direction: MessageFlow.Direction
    ) {
        switch result {
        case .success(let action): self.perform(action, of: filter, direction)
        case .failure(let error): self.filterFailed(filter, error, direction)
        }
    }

    /// Puts what an operation made of a body in the body's place, for a filter that may change it.
    private func take(
        _ change: BodyChange?,
        _ result: Result<FilterAction, any Error>,
        of filter: Int,
        _ direction: MessageFlow.Direction
    ) {
        guard let change, case .success(.continue) = result, let bound = self.chain.filters[filter] else { return }
        let hooks = direction == .request ? bound.request : bound.response
        guard hooks.body != nil || hooks.collect != nil else { return }
        self.withFlow(direction) { $0.currentBody = change.body }
    }

    private func suspendedFilter(_ direction: MessageFlow.Direction) -> Int? {
        direction == .request ? self.requestFlow.suspendedFilter : self.responseFlow.suspendedFilter
    }

    private func forget(_ direction: MessageFlow.Direction) {
        switch direction {
        case .request:
            self.stopped(self.requestOperation)
            self.requestOperation = nil
        case .response:
            self.stopped(self.responseOperation)
            self.responseOperation = nil
        }
        self.setFilterDeadline()
    }

    /// Cancels what the request's filters wait for; its answer will be ignored.
    func cancelRequestOperation() {
        self.requestOperation?.cancel()
        self.stopped(self.requestOperation)
        self.requestOperation = nil
        self.setFilterDeadline()
    }

    func cancelResponseOperation() {
        self.responseOperation?.cancel()
        self.stopped(self.responseOperation)
        self.responseOperation = nil
        self.setFilterDeadline()
    }

    /// The stream waits no longer for an operation.
    private func stopped(_ operation: RunningOperation?) {
        guard let operation else { return }
        self.tallies[operation.filter].suspended(for: self.loop.clock.now - operation.startedAt)
        if let (span, scope) = operation.trace { scope.end(span) }
    }

    func cancelOperations() {
        self.cancelRequestOperation()
        self.cancelResponseOperation()
        self.bodyOperation?.cancel()
        self.bodyOperation = nil
    }

    /// Begins work that may outlive the stream; its callouts are part of that span, if there is one.
    static func detach(_ operation: FilterOperation, on loop: StreamLoop, _ scope: TraceScope? = nil) {
        loop.liveDetached += 1
        let operation = scope.map { operation.within($0) } ?? operation
        RunningOperation(operation, filter: 0, startedAt: loop.clock.now) { _ in loop.detachedFinished() }
            .start(on: loop.executor)
    }
}

extension FilterOperation {
    /// The same work, whose callouts are part of a span.
    fileprivate func within(_ scope: TraceScope) -> FilterOperation {
        FilterOperation { try await TraceScope.$current.withValue(scope) { try await self.run() } }
    }
}
