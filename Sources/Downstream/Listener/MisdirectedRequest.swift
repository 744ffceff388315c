import FilterAPI
import FilterRuntime

extension DownstreamLoop {
    /// The refusal of a request that came over a connection that is not for its host; `nil` for all others.
    ///
    /// Source: RFC 9110, section 15.5.20.
    func refusal(of request: RequestHead, from peer: Peer) -> LocalResponse? {
        guard let tls = peer.tls, tls.isMisdirected(request) else { return nil }
        return .gateway(421, "misdirected_request", for: request)
    }
}
