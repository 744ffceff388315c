import FilterAPI
import FilterRuntime
import HTTP1
import NIOCore

// What the edge does to every request before the first filter, once, whatever HTTP version carried it.
extension DownstreamLoop {
    /// Removes what a client may not say and adds what upstreams are told about the client.
    ///
    /// Removed: fields that belong to one connection, names with underscores (which some servers take for hyphens), the
    /// identity field `x-mse-consumer`, and forwarding fields of those who are not trusted.
    func apply(to context: StreamContext, from peer: Peer) {
        context.remoteAddress = peer.address
        // Whatever an absolute target says: the connection is what it is.
        if peer.tls != nil { context.request.scheme = .https }
        context.request.headers.removeHopByHopFields(of: .request)
        context.request.headers.remove(.xMseConsumer)
        let isTrusted = peer.isTrusted(by: self)
        self.setForwarded(&context.request, peer, isTrusted)
        context.clientAddress = isTrusted ? self.clientAddress(context.request, peer) : peer.text
        context.request.clientAddress = context.clientAddress ?? peer.text
        if !isTrusted || !context.request.headers.contains(.xRequestId) {
            self.random.withUUID { context.request.headers.set(.xRequestId, bytes: $0) }
        }
    }

    private func setForwarded(_ request: inout RequestHead, _ peer: Peer, _ isTrusted: Bool) {
        if isTrusted, let before = request.headers.combinedValue(of: .xForwardedFor) {
            request.headers.set(.xForwardedFor, "\(before), \(peer.text)")
        } else {
            request.headers.set(.xForwardedFor, peer.text)
        }
        if !isTrusted || !request.headers.contains(.xForwardedProto) {
            request.headers.set(.xForwardedProto, request.scheme.rawValue)
        }
        if !isTrusted || !request.headers.contains(.xForwardedHost) {
            request.headers.remove(.xForwardedHost)
            // The slice keeps the received bytes where they are while the field is added.
            let wire = request.headers.wire
            request.host.withBytes(in: wire) { host in
                if !host.isEmpty { request.headers.append(name: .xForwardedHost, value: host) }
            }
        }
    }

    /// What trusted proxies say the client's address is; `nil` when they say what is none.
    private func clientAddress(_ request: RequestHead, _ peer: Peer) -> String? {
        let chain = request.headers.combinedValue(of: .xForwardedFor) ?? ""
        return ForwardedChain.client(in: chain, peer: peer.text) { address in
            self.trustedProxies.contains { $0.contains(address) }
        }
    }
}

/// The other end of a connection.
struct Peer {
    let address: SocketAddress?
    /// The IP address as text; `unix` for a local socket.
    let text: String
    /// What TLS settled; `nil` for clear text.
    let tls: TLSConnection?
    /// Where the streams of the listener that it came by are counted.
    let listener: RequestTally?
    private let ip: IPAddress?

    init(_ address: SocketAddress?, tls: TLSConnection? = nil, listener: RequestTally? = nil) {
        self.tls = tls
        self.listener = listener
        self.address = address
        self.ip = address?.ipAddress.flatMap { IPAddress($0) }
        self.text = address?.ipAddress ?? "unix"
    }

    func isTrusted(by loop: DownstreamLoop) -> Bool {
        guard !loop.trustedProxies.isEmpty, let ip = self.ip else { return false }
        return loop.trustedProxies.contains { $0.contains(ip) }
    }
}
