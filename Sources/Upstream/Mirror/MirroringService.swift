package import FilterAPI
package import NIOCore

/// A service of whose requests another one gets copies.
///
/// A copy is sent when the request is complete, so that it never makes the request wait; its answer is read and dropped.
/// Requests for another protocol are not copied, nor are bodies over the limit, nor anything while
/// ``maximumActive`` copies wait for their answers.
package final class MirroringService {
    /// The most copies under way for one route on one event loop: a mirror that hangs must not pile them up.
    package static let maximumActive = 256

    let service: any RequestStarting
    let mirror: any RequestStarting
    let rule: MirrorRule
    let eventLoop: any EventLoop
    let bodyLimit: Int
    /// How long a copy may wait for the end of its answer.
    let timeout: TimeAmount
    /// Copies under way.
    package internal(set) var active = 0
    private var random: LoopRandom

    /// - Parameters:
    ///   - service: The service that answers.
    ///   - mirror: The service that gets copies.
    ///   - rule: Which requests are copied.
    ///   - eventLoop: The current event loop.
    ///   - bodyLimit: The most bytes of a body that is copied.
    ///   - timeout: How long a copy may wait for the end of its answer.
    ///   - random: Chooses the requests.
    package init(
        _ service: any RequestStarting,
        mirror: any RequestStarting,
        rule: MirrorRule,
        eventLoop: any EventLoop,
        bodyLimit: Int,
        timeout: TimeAmount,
        random: LoopRandom = LoopRandom()
    ) {
        self.service = service
        self.mirror = mirror
        self.rule = rule
        self.eventLoop = eventLoop
        self.bodyLimit = bodyLimit
        self.timeout = timeout
        self.random = random
    }

    /// Sends a copy, if there are not too many.
    func send(
        _ request: RequestHead,
        parts: ContiguousArray<ByteBuffer>,
        framing: RequestFraming,
        _ trailers: HeaderFields?
    ) {
        guard active < MirroringService.maximumActive else { return }
        MirroredRequest(self).begin(request, parts, framing, trailers)
    }
}

extension MirroringService: RequestStarting {
    package func begin(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        let exchange = service.begin(request: request, framing: framing, receiver: receiver)
        guard rule.takes(using: &random) else { return exchange }
        switch framing {
        case .none, .length(0):
            send(request, parts: [], framing: framing, nil)
            return exchange
        case .length(let length) where length > bodyLimit: return exchange
        case .length, .chunked: return MirroredExchange(self, exchange, request, framing)
        }
    }

    package func beginUpgrade(
        request: RequestHead,
        to upgrade: UpgradeRequest,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        service.beginUpgrade(request: request, to: upgrade, receiver: receiver)
    }
}
