import Foundation
package import NIOCore
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Asks the system's resolver, with its hosts file and search domains, on threads of its own.
///
/// A thread is started when there is something to look up, and ends when there is nothing more. A name is looked up once
/// at a time, whoever asks for it, and ``LookupQueue`` tells which one is next.
///
/// Source: RFC 3493, section 6.1; the order of the answer is RFC 6724's.
package final class SystemAddressResolver: AddressResolver {
    /// Blocks until the addresses of a name are known, with any port.
    typealias LookUp = @Sendable (String) throws -> [SocketAddress]

    private struct Question: Sendable {
        let port: Int
        let promise: EventLoopPromise<[SocketAddress]>
    }

    private struct State: Sendable {
        var queue: LookupQueue
        var questions: [String: [Question]] = [:]
        var hasEnded = false
    }

    private let lookUp: LookUp
    private let state: Mutex<State>

    /// - Parameter threads: How many names may be asked for at once; default 32.
    package convenience init(threads: Int = 32) {
        self.init(threads: threads, lookUp: { try SystemAddressResolver.askSystem($0) })
    }

    init(threads: Int, lookUp: @escaping LookUp) {
        self.lookUp = lookUp
        self.state = Mutex(State(queue: LookupQueue(limit: threads)))
    }

    package func addresses(
        of host: String,
        port: Int,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<[SocketAddress]> {
        if let literal = try? SocketAddress(ipAddress: host, port: port) {
            return eventLoop.makeSucceededFuture([literal])
        }
        let promise = eventLoop.makePromise(of: [SocketAddress].self)
        let (hasEnded, next) = state.withLock { state -> (Bool, String?) in
            guard !state.hasEnded else { return (true, nil) }
            state.questions[host, default: []].append(Question(port: port, promise: promise))
            state.queue.ask(host)
            return (false, state.queue.next())
        }
        if hasEnded { promise.fail(SystemAddressResolver.ended(host)) }
        if let next { Thread { self.work(from: next) }.start() }
        return promise.futureResult
    }

    /// Fails the questions that have no answer yet. A lookup that is under way ends by itself, and nobody hears of it.
    package func shutdown() {
        let questions = state.withLock { state in
            state.hasEnded = true
            defer { state.questions = [:] }
            return state.questions
        }
        for (host, asked) in questions {
            for question in asked { question.promise.fail(SystemAddressResolver.ended(host)) }
        }
    }

    private static func ended(_ host: String) -> ResolutionError {
        ResolutionError(host: host, reason: "the gateway ends")
    }

    /// Looks up names until there are none.
    private func work(from first: String) {
        var current: String? = first
        while let host = current {
            let result = Result { try self.lookUp(host) }
            let isAnswered = if case .success(let found) = result { !found.isEmpty } else { false }
            let (questions, next) = state.withLock { state -> ([Question], String?) in
                state.queue.ended(host, isAnswered: isAnswered)
                let questions = state.questions.removeValue(forKey: host) ?? []
                return (questions, state.hasEnded ? nil : state.queue.next())
            }
            for question in questions {
                question.promise.completeWith(result.map { $0.map { $0.with(port: question.port) } })
            }
            current = next
        }
    }

    private static func askSystem(_ host: String) throws -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            throw ResolutionError(host: host, reason: gai_strerror(status).map { String(cString: $0) } ?? "\(status)")
        }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0?.pointee.ai_next }).prefix { $0 != nil }
            .compactMap { $0.flatMap { SocketAddress($0.pointee) } }
    }
}

extension SocketAddress {
    fileprivate func with(port: Int) -> SocketAddress {
        var copy = self
        copy.port = port
        return copy
    }

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
