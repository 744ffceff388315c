import FilterAPI
import Upstream

/// The span of a stream, and what its parts hang on.
final class StreamTrace {
    let scope: TraceScope
    private let parentID: UInt64?

    /// - Parameters:
    ///   - tracer: Records the spans.
    ///   - request: The head as it came; the trace that it says it belongs to is continued.
    init(_ tracer: Tracer, _ request: RequestHead) {
        let parent = request.traceContext
        let isContinued = parent != nil && request.headers.contains(.tracestate)
        self.parentID = parent?.spanID
        self.scope = TraceScope(
            tracer: tracer,
            context: tracer.begin(after: parent),
            tracestate: isContinued ? request.headers.combinedValue(of: .tracestate) : nil
        )
    }

    /// The trace goes on where the request goes. What vendors said of a trace that nobody continues is not passed on.
    func apply(to request: inout RequestHead) {
        request.headers.set(.traceparent, self.scope.context.traceparent)
        if self.parentID == nil { request.headers.remove(.tracestate) }
    }

    /// The stream has ended.
    ///
    /// Names are those of OpenTelemetry's conventions for HTTP servers. The query is left out: it may hold secrets.
    func end(_ context: StreamContext) {
        guard self.scope.context.isSampled else { return }
        let (request, record) = (context.request, context.record)
        let method = request.method.rawValue
        let name = context.routeName.map { "\(method) \($0)" } ?? method
        var span = Span(name, .server, self.scope.context, parentID: self.parentID, start: record.startTime)
        span.end = record.startTime &+ record.duration
        span.set("http.request.method", method)
        span.set("url.scheme", request.scheme.rawValue)
        span.set("url.path", String(context.receivedPath.prefix { $0 != "?" }))
        span.set("server.address", context.receivedAuthority)
        span.set("client.address", context.clientAddress)
        span.set("network.protocol.version", String(context.protocolVersion.dropFirst("HTTP/".count)))
        if !context.maskedHeaderFields.contains(.userAgent) {
            span.set("user_agent.original", request.headers[.userAgent])
        }
        if record.responseCode > 0 { span.set("http.response.status_code", record.responseCode) }
        span.set("sluice.route", context.routeName)
        span.set("sluice.service", record.upstreamCluster)
        span.set("sluice.response_code_details", record.responseCodeDetails)
        span.set("sluice.response_flags", record.responseFlags.joined(separator: ","))
        span.set("sluice.request_id", request.headers[.xRequestId])
        if record.responseCode >= 500 || record.responseCode == 0 { span.failure = record.responseCodeDetails }
        self.scope.tracer.record(span)
    }
}
