package import FilterAPI
package import NIOCore

/// A service whose failures are made good, if possible, by further tries and by another service.
///
/// Stands between a stream and the service's client on routes that ask for it; others know nothing of it. A request
/// for another protocol is passed on as it is.
package final class RecoveringService {
    let service: any RequestStarting
    let policy: RetryPolicy?
    let fallback: (rule: FallbackRule, service: any RequestStarting)?
    let ledger: RetryLedger
    let eventLoop: any EventLoop
    /// The most bytes of a body that are kept to be sent again.
    let bodyLimit: Int
    var random: LoopRandom

    /// - Parameters:
    ///   - service: The service.
    ///   - policy: When a request is sent again; `nil` for never.
    ///   - fallback: The other service.
    ///   - ledger: The service's, shared by all routes to it.
    ///   - eventLoop: The current event loop.
    ///   - bodyLimit: The most bytes of a body that are kept to be sent again.
    ///   - random: Decides about pauses.
    package init(
        _ service: any RequestStarting,
        policy: RetryPolicy?,
        fallback: (rule: FallbackRule, service: any RequestStarting)?,
        ledger: RetryLedger,
        eventLoop: any EventLoop,
        bodyLimit: Int,
        random: LoopRandom = LoopRandom()
    ) {
        self.service = service
        self.policy = policy
        self.fallback = fallback
        self.ledger = ledger
        self.eventLoop = eventLoop
        self.bodyLimit = bodyLimit
        self.random = random
    }
}

extension RecoveringService: RequestStarting {
    package func begin(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        let exchange = RecoveringExchange(self, request, framing, receiver)
        exchange.begin()
        return exchange
    }

    package func beginUpgrade(
        request: RequestHead,
        to upgrade: UpgradeRequest,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        service.beginUpgrade(request: request, to: upgrade, receiver: receiver)
    }
}
