package import FilterAPI
import NIOCore

/// A service whose requests from one route have the endpoints that the route's keys choose.
///
/// Stands right before the service's client, on routes with `hashPolicy` to services with a ring of hashes; others know
/// nothing of it. Each try of a request chooses by itself. A cookie that is set leads to the endpoint that has answered, also
/// when that is not the one of the first choice: after a further try, or where that one could not be connected. Envoy
/// leaves such a client with the endpoint that failed.
package final class HashedService {
    /// How many values are looked at for one that leads to an endpoint; each takes less than a microsecond.
    private static let mostDraws = 256

    private let client: ServiceClient
    private let policy: HashPolicy
    private var random: LoopRandom

    /// - Parameters:
    ///   - client: The client of the service.
    ///   - policy: The route's keys.
    ///   - random: Makes the values of cookies.
    package init(_ client: ServiceClient, _ policy: HashPolicy, random: LoopRandom = LoopRandom()) {
        self.client = client
        self.policy = policy
        self.random = random
    }

    private func placed(
        _ request: RequestHead,
        _ receiver: any UpstreamReceiver
    ) -> (place: RingPlace, receiver: any UpstreamReceiver) {
        let outcome = self.policy.outcome(of: request, using: &self.random)
        let receiver: any UpstreamReceiver =
            outcome.cookies.isEmpty ? receiver : CookieReceiver(receiver, of: self, request, outcome)
        return (.hash(outcome.hash), receiver)
    }

    /// The cookies that lead a client back to the endpoint (`ip:port`) that has answered it; where no such value is found,
    /// those that it was sent by.
    fileprivate func cookies(
        _ outcome: HashPolicy.Outcome,
        _ request: RequestHead,
        answeredBy endpoint: String?
    ) -> [String] {
        guard let endpoint, !self.client.belongs(outcome.hash, to: endpoint), self.client.mayChoose(endpoint) else {
            return outcome.cookies
        }
        for _ in 0..<Self.mostDraws {
            let other = self.policy.outcome(of: request, using: &self.random)
            if self.client.belongs(other.hash, to: endpoint) { return other.cookies }
        }
        return outcome.cookies
    }
}

extension HashedService: RequestStarting {
    package func begin(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        let (place, receiver) = self.placed(request, receiver)
        return self.client.begin(request: request, framing: framing, receiver: receiver, at: place)
    }

    package func beginAgain(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver,
        avoiding endpoint: String?
    ) -> any UpstreamExchange {
        let (place, receiver) = self.placed(request, receiver)
        return self.client.beginAgain(
            request: request,
            framing: framing,
            receiver: receiver,
            avoiding: endpoint,
            at: place
        )
    }

    package func beginUpgrade(
        request: RequestHead,
        to upgrade: UpgradeRequest,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        let (place, receiver) = self.placed(request, receiver)
        return self.client.beginUpgrade(request: request, to: upgrade, receiver: receiver, at: place)
    }

    package func admitsRetry() -> Bool { self.client.admitsRetry() }
    package func retryEnded() { self.client.retryEnded() }
}

/// Puts cookies into the answer on its way to the caller.
private final class CookieReceiver: UpstreamReceiver {
    private let receiver: any UpstreamReceiver
    private let service: HashedService
    private let request: RequestHead
    private let outcome: HashPolicy.Outcome
    private var endpoint: String?

    init(
        _ receiver: any UpstreamReceiver,
        of service: HashedService,
        _ request: RequestHead,
        _ outcome: HashPolicy.Outcome
    ) {
        self.receiver = receiver
        self.service = service
        self.request = request
        self.outcome = outcome
    }

    func upstreamHead(_ head: inout ResponseHead, hasBody: Bool) {
        let cookies = self.service.cookies(self.outcome, self.request, answeredBy: self.endpoint)
        for cookie in cookies { head.headers.add(.setCookie, cookie) }
        self.receiver.upstreamHead(&head, hasBody: hasBody)
    }

    var traceScope: TraceScope? { self.receiver.traceScope }

    func upstreamConnected(to endpoint: String) {
        self.endpoint = endpoint
        self.receiver.upstreamConnected(to: endpoint)
    }

    func upstreamInformational(_ head: ResponseHead) { self.receiver.upstreamInformational(head) }
    func upstreamBody(_ chunk: ByteBuffer) { self.receiver.upstreamBody(chunk) }
    func upstreamEnd(trailers: HeaderFields?) { self.receiver.upstreamEnd(trailers: trailers) }
    func upstreamReadComplete() { self.receiver.upstreamReadComplete() }
    func upstreamFailed(_ failure: UpstreamFailure) { self.receiver.upstreamFailed(failure) }
    func upstreamRerouted(to service: String) { self.receiver.upstreamRerouted(to: service) }
    func upstreamGaveUp(_ flag: String) { self.receiver.upstreamGaveUp(flag) }

    func upstreamWritabilityChanged(isWritable: Bool) {
        self.receiver.upstreamWritabilityChanged(isWritable: isWritable)
    }
}
