import FilterAPI
import NIOCore

// Callouts of filters, each under a span of its own.
extension TraceScope {
    /// Sends a request that names its span; a `traceparent` that the filter has set stays.
    nonisolated(nonsending) func callout(
        _ request: CalloutRequest,
        to service: ServiceReference,
        _ send: nonisolated(nonsending) (CalloutRequest) async throws -> CalloutResponse
    ) async throws -> CalloutResponse {
        var span = self.begin("callout \(service.name)", .client)
        span.set("http.request.method", request.method.rawValue)
        span.set("url.path", String(request.path.prefix { $0 != "?" }))
        span.set("sluice.service", service.name)
        var request = request
        if !request.headers.contains(.traceparent) {
            request.headers.set(.traceparent, span.context.traceparent)
            if let tracestate { request.headers.set(.tracestate, tracestate) }
        }
        do {
            let response = try await send(request)
            span.set("http.response.status_code", response.status)
            if response.status >= 400 { span.failure = "\(response.status)" }
            self.end(span)
            return response
        } catch {
            self.fail(span, error)
            throw error
        }
    }

    /// Sends a command; neither keys nor values are in the span.
    nonisolated(nonsending) func redis(
        _ command: [ByteBuffer],
        on target: RedisTarget,
        _ send: nonisolated(nonsending) () async throws -> RedisValue
    ) async throws -> RedisValue {
        let name = command.first.map { String(buffer: $0).uppercased() } ?? ""
        var span = self.begin("redis \(name)", .client)
        span.set("db.system.name", "redis")
        span.set("db.operation.name", name)
        span.set("sluice.service", target.service.name)
        do {
            let reply = try await send()
            self.end(span)
            return reply
        } catch {
            self.fail(span, error)
            throw error
        }
    }

    private func fail(_ span: Span, _ error: any Error) {
        var span = span
        let code = (error as? CalloutError)?.code.rawValue ?? "error"
        span.failure = code
        span.set("error.type", code)
        self.end(span)
    }
}
