package import FilterAPI

/// A service, or what stands before one, as far as whoever sends requests needs it. Confined to one event loop.
package protocol RequestStarting: AnyObject {
    /// Sends a request; see ``UpstreamExchange``.
    func begin(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange
    /// Sends a request without a body that asks for another protocol; see ``ServiceClient/beginUpgrade(request:to:receiver:)``.
    /// A service that cannot change its protocol is sent the request as any other.
    func beginUpgrade(
        request: RequestHead,
        to upgrade: UpgradeRequest,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange
    /// Sends a request once more after a try that failed, preferably to another endpoint.
    func beginAgain(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver,
        avoiding endpoint: String?
    ) -> any UpstreamExchange
    /// Counts a further try of a request, until ``retryEnded()``; false when it is one too many, and was not counted.
    func admitsRetry() -> Bool
    /// A further try is over.
    func retryEnded()
}

extension RequestStarting {
    package func admitsRetry() -> Bool { true }
    package func retryEnded() {}

    package func beginUpgrade(
        request: RequestHead,
        to upgrade: UpgradeRequest,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        self.begin(request: request, framing: .none, receiver: receiver)
    }

    package func beginAgain(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver,
        avoiding endpoint: String?
    ) -> any UpstreamExchange {
        self.begin(request: request, framing: framing, receiver: receiver)
    }
}

extension ServiceClient: RequestStarting {}
