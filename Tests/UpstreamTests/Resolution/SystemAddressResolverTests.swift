import Dispatch
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Upstream

/// What the system's resolver is asked and answers.
@Suite(.timeLimit(.minutes(10)))
struct SystemAddressResolverTests {
    @Test(arguments: [("127.0.0.1", "127.0.0.1:81"), ("::1", "[::1]:81")])
    func literalsAreTheirOwnAnswer(_ host: String, _ text: String) async throws {
        let resolver = SystemAddressResolver(threads: 1)
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let addresses = try await resolver.addresses(of: host, port: 81, on: eventLoop).get()
        #expect(addresses.map(\.endpointText) == [text])
        resolver.shutdown()
    }

    @Test func localhostIsLoopback() async throws {
        let resolver = SystemAddressResolver(threads: 1)
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let addresses = try await resolver.addresses(of: "localhost", port: 81, on: eventLoop).get()
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { ["127.0.0.1:81", "[::1]:81"].contains($0.endpointText) })
        resolver.shutdown()
    }

    @Test func aNameThatDoesNotExistIsAnError() async throws {
        let resolver = SystemAddressResolver(threads: 1)
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        await #expect(throws: ResolutionError.self) {
            try await resolver.addresses(of: "does-not-exist.invalid", port: 80, on: eventLoop).get()
        }
        resolver.shutdown()
    }

    @Test func namesThatHangHoldNoOtherBack() async throws {
        let gate = DispatchSemaphore(value: 0)
        let address = try SocketAddress(ipAddress: "10.0.0.1", port: 0)
        let resolver = SystemAddressResolver(threads: 8) { host in
            guard host.hasPrefix("hangs") else { return [address] }
            gate.wait()
            throw ResolutionError(host: host, reason: "too late")
        }
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        @Sendable func ask(_ host: String, _ port: Int) -> EventLoopFuture<[SocketAddress]> {
            resolver.addresses(of: host, port: port, on: eventLoop)
        }
        #expect(try await ask("good", 81).get().map(\.endpointText) == ["10.0.0.1:81"])
        let hanging = (0..<40).map { ask("hangs\($0)", 80) }
        #expect(try await ask("good", 82).get().map(\.endpointText) == ["10.0.0.1:82"])
        resolver.shutdown()
        for answer in hanging {
            await #expect(throws: ResolutionError.self) { try await answer.get() }
        }
        await #expect(throws: ResolutionError.self) { try await ask("good", 83).get() }
        for _ in hanging { gate.signal() }
    }

    @Test func whoeverAsksMeanwhileGetsTheSameAnswer() async throws {
        let gate = DispatchSemaphore(value: 0)
        let lookups = Count()
        let address = try SocketAddress(ipAddress: "10.0.0.1", port: 0)
        let resolver = SystemAddressResolver(threads: 8) { _ in
            lookups.increment()
            gate.wait()
            return [address]
        }
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let answers = (1...3).map { resolver.addresses(of: "a.test", port: $0, on: eventLoop) }
        gate.signal()
        for (index, answer) in answers.enumerated() {
            #expect(try await answer.get().map(\.endpointText) == ["10.0.0.1:\(index + 1)"])
        }
        #expect(lookups.value == 1)
        resolver.shutdown()
    }
}

/// How often something has happened.
private final class Count: Sendable {
    private let state = Mutex(0)

    var value: Int { self.state.withLock { $0 } }

    func increment() { self.state.withLock { $0 += 1 } }
}
