import FilterAPI
import Upstream

// The spans of a stream: its own, and those of the filters that it waits for. Where nothing is traced none of this runs.
extension Stream {
    /// Takes up the trace of the request, or begins one.
    func beginTrace(_ tracer: Tracer) {
        let trace = StreamTrace(tracer, self.context.request)
        trace.apply(to: &self.context.request)
        self.trace = trace
        // Callouts of what outlives the stream belong to its trace too.
        let scope = trace.scope
        self.context.detach = { [unowned loop] in Stream.detach($0, on: loop, scope) }
    }

    /// The stream has ended.
    func endTrace(_ trace: StreamTrace) {
        trace.end(self.context)
        self.trace = nil
        self.context.detach = { [unowned loop] in Stream.detach($0, on: loop) }
    }

    /// The span of a filter that the stream begins to wait for.
    func beginSpan(of filter: Int) -> (span: Span, scope: TraceScope)? {
        guard let trace = self.trace else { return nil }
        let name = self.chain.entries[filter].name
        var span = trace.scope.begin("filter \(name)", .internal)
        span.set("sluice.filter", name)
        let scope = TraceScope(
            tracer: trace.scope.tracer,
            context: span.context,
            tracestate: trace.scope.tracestate
        )
        return (span, scope)
    }
}
