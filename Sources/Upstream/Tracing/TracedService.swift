package import FilterAPI

/// A service that gets each try of a traced request under a span of its own.
///
/// Stands right before the service's client, behind what tries again; only there when the configuration traces.
package final class TracedService {
    private let service: any RequestStarting
    private let name: String

    /// - Parameters:
    ///   - service: The client of the service.
    ///   - name: The service's name with its suffix.
    package init(_ service: any RequestStarting, name: String) {
        self.service = service
        self.name = name
    }

    private func traced(
        _ request: RequestHead,
        _ receiver: any UpstreamReceiver,
        isRetry: Bool,
        _ begin: (RequestHead, any UpstreamReceiver) -> any UpstreamExchange
    ) -> any UpstreamExchange {
        guard let scope = receiver.traceScope, scope.context.isSampled else { return begin(request, receiver) }
        var span = scope.begin("upstream \(self.name)", .client)
        span.set("http.request.method", request.method.rawValue)
        span.set("sluice.service", self.name)
        if isRetry { span.set("sluice.retry", true) }
        var request = request
        request.headers.set(.traceparent, span.context.traceparent)
        let exchange = TracedExchange(scope, span, receiver)
        exchange.exchange = begin(request, exchange)
        return exchange
    }
}

extension TracedService: RequestStarting {
    package func begin(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        self.traced(request, receiver, isRetry: false) {
            self.service.begin(request: $0, framing: framing, receiver: $1)
        }
    }

    package func beginAgain(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver,
        avoiding endpoint: String?
    ) -> any UpstreamExchange {
        self.traced(request, receiver, isRetry: true) {
            self.service.beginAgain(request: $0, framing: framing, receiver: $1, avoiding: endpoint)
        }
    }

    /// A tunnel has no span of its own: it is the stream's.
    package func beginUpgrade(
        request: RequestHead,
        to upgrade: UpgradeRequest,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        self.service.beginUpgrade(request: request, to: upgrade, receiver: receiver)
    }

    package func admitsRetry() -> Bool { self.service.admitsRetry() }
    package func retryEnded() { self.service.retryEnded() }
}
