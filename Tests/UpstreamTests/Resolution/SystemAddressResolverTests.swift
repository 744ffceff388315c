import NIOCore
import NIOPosix
import Testing

@testable import Upstream

/// What the system's resolver is asked and answers.
@Suite(.timeLimit(.minutes(1)))
struct SystemAddressResolverTests {
    @Test(arguments: [("127.0.0.1", "127.0.0.1:81"), ("::1", "[::1]:81")])
    func literalsAreTheirOwnAnswer(_ host: String, _ text: String) async throws {
        let resolver = SystemAddressResolver(threads: 1)
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let addresses = try await resolver.addresses(of: host, port: 81, on: eventLoop).get()
        #expect(addresses.map(\.endpointText) == [text])
        try await resolver.shutdown()
    }

    @Test func localhostIsLoopback() async throws {
        let resolver = SystemAddressResolver(threads: 1)
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let addresses = try await resolver.addresses(of: "localhost", port: 81, on: eventLoop).get()
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { ["127.0.0.1:81", "[::1]:81"].contains($0.endpointText) })
        try await resolver.shutdown()
    }

    @Test func aNameThatDoesNotExistIsAnError() async throws {
        let resolver = SystemAddressResolver(threads: 1)
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        await #expect(throws: ResolutionError.self) {
            try await resolver.addresses(of: "does-not-exist.invalid", port: 80, on: eventLoop).get()
        }
        try await resolver.shutdown()
    }
}
