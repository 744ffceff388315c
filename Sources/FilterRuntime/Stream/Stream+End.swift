import FilterAPI
import NIOCore
import Upstream

// The end of a stream, on every path the same.
extension Stream {
    /// The response was sent to its end: the stream ends once the client's connection has all of it.
    ///
    /// What waits for a window of the client's has not been sent yet, and may never be.
    func complete() {
        guard self.isLive else { return }
        guard !self.isClientGone, !self.sink.exchangeEnded() else { return self.finish() }
        self.endExchange()
        self.isLeaving = true
    }

    /// The connection has all of a response for which the codec had to wait.
    package func responseTaken() {
        if self.isLeaving { self.finish() }
    }

    /// Ends the stream: every filter hears of it once, then the logs, then everything is let go.
    func finish() {
        guard !self.hasEnded else { return }
        if self.isLive { self.endExchange() }
        self.isLeaving = false
        let elapsed = self.loop.clock.now - self.startedAt
        self.context.record.duration = elapsed.nanoseconds
        self.count(duration: Int(max(0, elapsed.nanoseconds)))
        self.callEndHooks()
        if let trace = self.trace { self.endTrace(trace) }
        self.loop.liveStreams -= 1
        self.instances.removeAll(keepingCapacity: true)
        if self.isClientGone { self.timer.stop() } else { self.sink.streamFinished() }
    }

    /// Ends all work on the exchange.
    private func endExchange() {
        self.isLive = false
        self.requestFlow.abort()
        self.responseFlow.abort()
        self.cancelOperations()
        self.exchange?.cancel()
        self.exchange = nil
        self.localBody = nil
        self.replay = nil
        if self.upgrade != nil { self.endUpgrade() }
        self.timer.set(.distantFuture)
    }

    /// The connection will not get what it does not have yet.
    func takeBackUntaken() {
        self.context.record.bytesSent &-= self.sink.untakenBytes
    }

    private func count(duration: Int) {
        let bucket = Histogram.bucket(of: duration)
        let status = self.context.record.responseCode
        self.loop.statistics.count(self.context.record, duration: duration, bucket: bucket)
        self.listener?.count(status: status, duration: duration, bucket: bucket)
        guard let route = self.route else { return }
        if route.tally == nil { route.tally = self.loop.routes.tally(of: route.name) }
        route.tally?.count(status: status, duration: duration, bucket: bucket)
    }

    /// Tells every filter that it has seen all of the stream.
    func callStreamEndHooks() {
        var next = self.chain.streamEnded.previous(from: self.chain.count - 1)
        while let index = next {
            self.callEndHook(index, self.chain.filters[index]?.streamEnded)
            next = self.chain.streamEnded.previous(from: index - 1)
        }
    }

    private func callEndHooks() {
        self.callStreamEndHooks()
        var next = self.chain.log.subtracting(self.skippedFilters).previous(from: self.chain.count - 1)
        while let index = next {
            self.callEndHook(index, self.chain.filters[index]?.log)
            next = self.chain.log.subtracting(self.skippedFilters).previous(from: index - 1)
        }
    }

    private func callEndHook(_ filter: Int, _ hook: BoundFilter.EndHook?) {
        guard let hook, let object = self.instances[filter] else { return }
        self.tallies[filter].called()
        if self.isTimed { self.timed(filter) { hook(object, self.context) } } else { hook(object, self.context) }
    }
}
