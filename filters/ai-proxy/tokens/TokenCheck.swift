import FilterAPI
import Logging
import NIOCore

/// Asks a provider with a token that is left out, once an interval, until the token takes part again.
///
/// Confined to the event loop of the stream whose call had the token left out. It keeps that stream's context, for its callouts
/// and its loop; it ends with the filter, and a gateway that drains waits for a check that is under way and no other.
final class TokenCheck {
    private weak var proxy: AIProxy?
    private let absence: TokenAbsence
    private let interval: TimeAmount
    private let request: CalloutRequest
    private let service: ServiceReference
    private let stream: StreamContext

    /// - Parameters:
    ///   - absence: The token.
    ///   - interval: The time between two checks, and before the first.
    ///   - request: What is asked.
    ///   - service: Who is asked.
    ///   - proxy: The filter.
    ///   - stream: The stream of the call that failed.
    init(
        of absence: TokenAbsence,
        every interval: Duration,
        _ request: CalloutRequest,
        to service: ServiceReference,
        for proxy: AIProxy,
        _ stream: StreamContext
    ) {
        self.proxy = proxy
        self.absence = absence
        self.interval = TimeAmount(interval)
        self.request = request
        self.service = service
        self.stream = stream
    }

    /// Begins to wait for the next check.
    func wait() {
        self.stream.eventLoop.assumeIsolated().scheduleTask(in: self.interval) {
            guard let proxy = self.proxy, proxy.tokens.goesOn(self.absence, at: self.stream.clock.now) else { return }
            self.stream.detach { await self.check(proxy) }
        }
    }

    nonisolated(nonsending) private func check(_ proxy: AIProxy) async {
        var isHealthy = false
        do {
            isHealthy = try await self.stream.callouts.http(self.request, to: self.service).status == 200
        } catch {
            proxy.logger.warning("a health check of a token failed: \(error)")
        }
        if proxy.tokens.checked(self.absence, isHealthy: isHealthy, at: self.stream.clock.now) {
            proxy.logger.info("a token is used again", metadata: ["token": "\(self.absence.token)"])
        } else {
            self.wait()
        }
    }
}
