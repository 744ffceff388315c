import NIOCore
import Testing

@testable import Upstream

@Suite("Redis reconnection")
struct RedisReconnectionTests {
    private static let failure = RedisError(.notConnected, "refused")

    @Test("the first command connects, the next ones wait with it")
    func firstCommandConnects() {
        var reconnection = RedisReconnection()
        #expect(reconnection.commandIssued().name == "connect")
        #expect(reconnection.commandIssued().name == "enqueue")
        reconnection.becameReady()
        #expect(reconnection.commandIssued().name == "enqueue")
    }

    @Test(
        "a connection that ended idle, or after good service, is replaced by the next command",
        arguments: [
            (nil, false), (nil, true), (failure, true),
        ] as [(RedisError?, Bool)]
    )
    func restsAfterService(failure: RedisError?, hasServed: Bool) {
        var reconnection = connected()
        #expect(reconnection.ended(failure: failure, hasServed: hasServed) == .rest)
        #expect(reconnection.failures == 0)
        #expect(reconnection.commandIssued().name == "connect")
    }

    @Test("after a failure commands are refused, also while the client tries again on its own")
    func refusesAfterFailure() {
        var reconnection = RedisReconnection()
        _ = reconnection.commandIssued()
        #expect(reconnection.ended(failure: Self.failure, hasServed: false) == .backOff)
        #expect(reconnection.commandIssued().name == "notConnected")
        let probes = reconnection.pauseElapsed()
        #expect(probes)
        #expect(reconnection.commandIssued().name == "notConnected")
        reconnection.becameReady()
        #expect(reconnection.commandIssued().name == "enqueue")
    }

    @Test("without demand the pause ends in rest")
    func restsWithoutDemand() {
        var reconnection = RedisReconnection()
        _ = reconnection.commandIssued()
        _ = reconnection.ended(failure: Self.failure, hasServed: false)
        let probes = reconnection.pauseElapsed()
        #expect(!probes)
        #expect(reconnection.commandIssued().name == "connect")
    }

    @Test("failures add up until a command is answered")
    func countsFailures() {
        var reconnection = RedisReconnection()
        for expected in 1...3 {
            _ = reconnection.commandIssued()
            _ = reconnection.ended(failure: Self.failure, hasServed: false)
            #expect(reconnection.failures == expected)
            _ = reconnection.pauseElapsed()
        }
        _ = reconnection.commandIssued()
        reconnection.becameReady()
        _ = reconnection.ended(failure: Self.failure, hasServed: true)
        #expect(reconnection.failures == 0)
    }

    @Test("refused credentials are what refused commands see")
    func repeatsCredentialErrors() {
        var reconnection = RedisReconnection()
        _ = reconnection.commandIssued()
        _ = reconnection.ended(failure: RedisError(.authenticationFailed, "no"), hasServed: false)
        #expect(reconnection.commandIssued().name == "authenticationFailed")
    }

    @Test("a closed client refuses, and stays closed")
    func staysClosed() {
        var reconnection = connected()
        reconnection.close()
        #expect(reconnection.commandIssued().name == "clientClosed")
        #expect(reconnection.ended(failure: Self.failure, hasServed: false) == .rest)
        let probes = reconnection.pauseElapsed()
        #expect(!probes)
        reconnection.becameReady()
        #expect(reconnection.commandIssued().name == "clientClosed")
    }

    private func connected() -> RedisReconnection {
        var reconnection = RedisReconnection()
        _ = reconnection.commandIssued()
        reconnection.becameReady()
        return reconnection
    }
}

extension RedisReconnection.CommandAction {
    fileprivate var name: String {
        switch self {
        case .enqueue: "enqueue"
        case .connect: "connect"
        case .refuse(let error): "\(error.code)"
        }
    }
}

@Suite("Redis back-off")
struct RedisBackOffTests {
    @Test(
        "doubles up to its maximum, with half of it random",
        arguments: [
            (0, 50), (1, 50), (2, 100), (3, 200), (7, 3200), (8, 5000), (1000, 5000), (Int.max, 5000), (Int.min, 50),
        ] as [(Int, Int64)]
    )
    func doubles(failures: Int, ceiling: Int64) {
        var generator = RedisTestGenerator(seed: 1)
        let pauses = (0..<200).map { _ in RedisBackOff().pause(failures: failures, using: &generator).nanoseconds }
        let range = (ceiling * 500_000)...(ceiling * 1_000_000)
        #expect(pauses.allSatisfy(range.contains))
        #expect(Set(pauses).count > 100)
    }

    @Test("takes any configuration", arguments: [0, -1, Int64.max, Int64.min])
    func survivesExtremes(nanoseconds: Int64) {
        var backOff = RedisBackOff()
        backOff.initial = .nanoseconds(nanoseconds)
        backOff.maximum = .nanoseconds(nanoseconds)
        var generator = RedisTestGenerator(seed: 1)
        #expect(backOff.pause(failures: 40, using: &generator).nanoseconds >= 0)
    }
}
