import FilterAPI
import NIOCore

// `mode: shadow`: a lookup that has to be waited for runs beside the request, which goes upstream at once.
extension AICacheStream {
    /// Holds the request until a lookup has ended; in shadow mode it goes on.
    func wait(
        _ question: Question,
        _ stream: StreamContext,
        for lookup: nonisolated(nonsending) @escaping () async -> FilterAction
    ) -> FilterAction {
        guard let shadow = self.cache.shadow else { return .suspend(lookup) }
        guard shadow.limit.enter() else {
            shadow.metrics.skipped.increment()
            return self.bypass(question.key.id)
        }
        let action = self.goUpstream(question, stream)
        stream.setAILog("cache_status", "miss")
        let beside = BesideLookup(question)
        self.beside = beside
        stream.detach {
            // The request has gone, so nothing is left of what the lookup would do to it.
            _ = await lookup()
            shadow.limit.leave()
            self.lookupEnded(beside, stream)
        }
        return action
    }

    /// The lookup has ended: before the answer, or after it.
    private func lookupEnded(_ beside: BesideLookup, _ stream: StreamContext) {
        switch beside.ended() {
        case .nothing: break
        case .answer(let bytes, let answer):
            do throws(Refusal) {
                try self.keep(bytes, answer, for: beside.question, stream)
            } catch {
                self.metrics.count(error)
            }
        case .noAnswer: self.watchEnds(nil, stream)
        }
    }

    /// The stream has ended, perhaps before its lookup.
    func endBeside(_ stream: StreamContext) {
        guard let beside else { return }
        if beside.isPending { stream.setAILog("cache_shadow", .string(CacheStatusHeaders.pending)) }
        beside.streamEnded()
    }

    /// Says something in the log of the stream, unless that has been written.
    func tellLog(_ key: String, _ value: LogValue, _ stream: StreamContext) {
        if self.beside?.isStreamOver != true { stream.setAILog(key, value) }
    }
}
