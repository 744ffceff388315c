import Downstream
import FilterAPI
import GatewayConfiguration
import NIOCore
import NIOPosix
import Synchronization
import Upstream

// How it ends.

extension GatewayServer {
    /// Stops accepting, lets streams end for as long as `drainTimeout` says, then stops. Asked again, it waits for the
    /// same end.
    ///
    /// - Returns: Whether all streams ended in time.
    @discardableResult
    public func drain() async -> Bool {
        self.announceDrain()
        let task = self.state.withLock { state in
            let task = state.drain ?? Task.detached { await self.drainNow() }
            state.drain = task
            return task
        }
        return await task.value
    }

    /// Calls `body` once, as soon as it begins to drain or stops, whoever asked for that: a signal, an operator, a
    /// successor. At once when it does already; of two bodies only the last is called.
    public func whenDraining(_ body: @escaping @Sendable () -> Void) {
        let isLate = self.state.withLock { state in
            if !state.isDraining { state.drainListener = body }
            return state.isDraining
        }
        if isLate { body() }
    }

    /// Turns readiness off, before a drain begins.
    func announceDrain() {
        let listener = self.state.withLock { state in
            state.isDraining = true
            defer { state.drainListener = nil }
            return state.drainListener
        }
        listener?()
    }

    private func drainNow() async -> Bool {
        await self.lastReload()
        self.closeHandOver()
        for open in self.openListeners { await open.listener.close() }
        let timeout = TimeAmount(self.plan.configuration.drainTimeout)
        let waits = self.loops.map { $0.drain(within: timeout) }
        var isComplete = true
        for wait in waits { isComplete = (try? await wait.get()) ?? false && isComplete }
        await self.stop()
        return isComplete
    }

    /// Ends everything at once.
    public func stop() async {
        self.announceDrain()
        let wasStopped = self.state.withLock { state in
            defer { state.isStopped = true }
            return state.isStopped
        }
        guard !wasStopped else { return }
        await self.lastReload()
        let (listeners, admin) = self.state.withLock { state in
            defer {
                state.parked.close()
                state.listeners = []
                state.admin = nil
                state.certificateWatch = nil
                state.watch = nil
            }
            return (state.listeners, state.admin)
        }
        self.closeHandOver()
        self.memory.stop()
        for open in listeners { await open.listener.close() }
        await admin?.close()
        for loop in self.loops { await loop.closeAll() }
        await self.surroundings.shared.flushAll()
        self.resolver.shutdown()
        try? await self.group.shutdownGracefully()
        let waiting = self.state.withLock { state in
            state.hasEnded = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when everything has ended, whoever asked for it.
    public func untilEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = self.state.withLock { state in
                if !state.hasEnded { state.waiting.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    private func closeHandOver() {
        let point = self.state.withLock { state in
            defer { state.handOver = nil }
            return state.handOver
        }
        point?.close()
    }

    /// A reload that has begun uses the loops; those that follow are refused.
    private func lastReload() async { _ = await self.state.withLock { $0.reload }?.value }
}
