/// The span that what happens now is part of, with the tracer that records its parts.
///
/// Unchecked: made and used on the tracer's event loop. Operations of filters carry it in their task, so that callouts find it.
package struct TraceScope: @unchecked Sendable {
    package let tracer: Tracer
    package let context: TraceContext
    /// What the caller's vendors have to say, to be passed on.
    package let tracestate: String?

    package init(tracer: Tracer, context: TraceContext, tracestate: String?) {
        self.tracer = tracer
        self.context = context
        self.tracestate = tracestate
    }

    /// That of the current task.
    @TaskLocal package static var current: TraceScope?

    /// Begins a span that is a part of this one.
    package func begin(_ name: String, _ kind: Span.Kind) -> Span {
        Span(
            name,
            kind,
            self.tracer.child(of: self.context),
            parentID: self.context.spanID,
            start: self.tracer.now
        )
    }

    /// Ends a span, and records it if the trace is.
    package func end(_ span: Span) {
        guard span.context.isSampled else { return }
        var span = span
        span.end = self.tracer.now
        self.tracer.record(span)
    }
}
