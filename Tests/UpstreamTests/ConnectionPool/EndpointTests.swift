import NIOCore
import Testing

@testable import Upstream

/// Which endpoint comes next.
struct EndpointTests {
    @Test func endpointsTakeTurnsAlsoWhenTheirNumberChanges() {
        var turn = RoundRobin(startingAt: 7)
        let picked = [3, 3, 3, 3, 2, 2, 2, 1].map { turn.pick(of: $0) }
        #expect(picked == [1, 2, 0, 1, 0, 1, 0, 0])
    }

    @Test func anEndpointThatFailsIsAvoidedForLongerEachTimeUpToAQuarterOfAMinute() throws {
        let endpoint = Endpoint(try SocketAddress(ipAddress: "10.0.0.1", port: 80))
        let now = NIODeadline.now()
        #expect(!endpoint.isAvoided(at: now))
        for seconds: Int64 in [1, 2, 4, 8, 16, 16] {
            endpoint.failed(at: now)
            #expect(endpoint.isAvoided(at: now + .seconds(seconds) - .nanoseconds(1)))
            #expect(!endpoint.isAvoided(at: now + .seconds(seconds)))
        }
        endpoint.connected()
        #expect(!endpoint.isAvoided(at: now))
        endpoint.failed(at: now)
        #expect(!endpoint.isAvoided(at: now + .seconds(1)))
    }
}
