package import FilterAPI
import HTTP1
import NIOCore

extension ServiceClient {
    /// Sends a request that asks the service to change the protocol, as HTTP/1.1 knows it.
    ///
    /// The exchange is as that of ``begin(request:framing:receiver:)`` until the receiver gets a head with `101`. From
    /// then on it is a tunnel: bytes go both ways as they are, ``UpstreamExchange/sendEnd(trailers:)`` and
    /// ``UpstreamReceiver/upstreamEnd(trailers:)`` end one direction each, and the exchange is over when both have
    /// ended. Its connection never carries another request. A `101` that does not fit is a protocol error.
    ///
    /// A service that speaks HTTP/2 gets the request without the wish to change, since HTTP/2 has no such thing (RFC 9113,
    /// section 8.6).
    ///
    /// - Parameters:
    ///   - request: The head, without a body.
    ///   - upgrade: What is asked for.
    ///   - receiver: Held until the exchange ends.
    package func beginUpgrade(
        request: RequestHead,
        to upgrade: UpgradeRequest,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        beginUpgrade(request: request, to: upgrade, receiver: receiver, at: .ofService)
    }

    /// The same for a request whose place on the ring of hashes is known.
    func beginUpgrade(
        request: RequestHead,
        to upgrade: UpgradeRequest,
        receiver: any UpstreamReceiver,
        at place: RingPlace
    ) -> any UpstreamExchange {
        guard !definition.wireProtocol.isHTTP2 else {
            return begin(request: request, framing: .none, receiver: receiver, at: place)
        }
        if let refusal = admit(receiver) { return refusal }
        counters.requests += 1
        counters.active += 1
        var request = request
        var accept: String?
        if upgrade.makesHandshake, upgrade.isWebSocket {
            let key = WebSocketKey()
            request.headers.set(HeaderName("sec-websocket-key"), key.value)
            accept = key.accept
        }
        var head = ByteBuffer()
        HeadWriter.writeRequest(request, framing: .none, connection: .upgrade(upgrade.protocolName), into: &head)
        let start = RequestStart(
            head: head,
            method: request.method,
            framing: .none,
            receiver: receiver,
            upgrade: UpgradeExpectation(protocolName: upgrade.protocolName, accept: accept)
        )
        let endpoint = nextEndpoint(for: request, at: place)
        if let endpoint, let connection = endpoint.takeIdle() {
            counters.idle -= 1
            return connection.carry(start)
        }
        if let refusal = admitPending(receiver) { return refusal }
        let exchange = HTTP1Exchange(self)
        exchange.begin(start)
        exchange.connect(startingWith: endpoint)
        return exchange
    }
}
