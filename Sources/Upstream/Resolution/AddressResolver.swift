package import NIOCore

/// Finds the addresses of a name.
package protocol AddressResolver: Sendable {
    /// All addresses of a name, IPv4 and IPv6, in the order in which they should be tried.
    ///
    /// - Parameters:
    ///   - host: A host name or an IP literal.
    ///   - port: The port that the addresses get.
    ///   - eventLoop: Where the result is wanted; never blocked.
    func addresses(of host: String, port: Int, on eventLoop: any EventLoop) -> EventLoopFuture<[SocketAddress]>
}

/// Why a name has no addresses.
package struct ResolutionError: Error, Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let reason: String

    package init(host: String, reason: String) {
        self.host = host
        self.reason = reason
    }

    package var description: String { "\(host) cannot be resolved: \(reason)" }
}
