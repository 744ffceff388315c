package import NIOCore
import NIOPosix

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Asks the system's resolver, with its hosts file and search domains, on threads of its own.
///
/// Source: RFC 3493, section 6.1; the order of the answer is RFC 6724's.
package final class SystemAddressResolver: AddressResolver {
    private let threads: NIOThreadPool

    /// - Parameter threads: How many names may be asked for at once; default 4.
    package init(threads: Int = 4) {
        self.threads = NIOThreadPool(numberOfThreads: threads)
        self.threads.start()
    }

    package func addresses(
        of host: String,
        port: Int,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<[SocketAddress]> {
        if let literal = try? SocketAddress(ipAddress: host, port: port) {
            return eventLoop.makeSucceededFuture([literal])
        }
        return threads.runIfActive(eventLoop: eventLoop) { try SystemAddressResolver.lookUp(host, port: port) }
    }

    /// Ends the threads; questions that still wait for one fail.
    package func shutdown() async throws {
        try await threads.shutdownGracefully()
    }

    private static func lookUp(_ host: String, port: Int) throws -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else {
            throw ResolutionError(host: host, reason: gai_strerror(status).map { String(cString: $0) } ?? "\(status)")
        }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0?.pointee.ai_next }).prefix { $0 != nil }
            .compactMap { $0.flatMap { SocketAddress($0.pointee) } }
    }
}

extension SocketAddress {
    fileprivate init?(_ info: addrinfo) {
        guard let address = info.ai_addr else { return nil }
        switch info.ai_family {
        case AF_INET:
            self.init(address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee })
        case AF_INET6:
            self.init(address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee })
        default: return nil
        }
    }
}
