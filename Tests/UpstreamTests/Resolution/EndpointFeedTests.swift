import Logging
import NIOCore
import NIOPosix
import Testing

@testable import Upstream

/// How the addresses of a service are kept fresh.
@Suite(.timeLimit(.minutes(10)))
struct EndpointFeedTests {
    private let eventLoop = MultiThreadedEventLoopGroup.singleton.next()

    private func feed(
        _ resolver: ScriptedResolver,
        hosts: [String] = ["a.test"],
        refresh: Duration = .milliseconds(1)
    ) -> EndpointFeed {
        EndpointFeed(
            .dns(hosts: hosts, port: 80, refresh: refresh),
            resolver: resolver,
            eventLoop: eventLoop,
            logger: Logger(label: "test"),
            service: "a.dns"
        )
    }

    private func address(_ last: Int) throws -> SocketAddress {
        try SocketAddress(ipAddress: "10.0.0.\(last)", port: 80)
    }

    @Test func nothingIsAskedBeforeSomebodyWatches() async throws {
        let resolver = ScriptedResolver(["a.test": [try address(1)]])
        let feed = feed(resolver)
        let (reports, continuation) = AsyncStream.makeStream(of: EndpointFeed.Report.self)
        let (id, current) = feed.watch(on: eventLoop) { continuation.yield($0) }
        #expect(current == nil)
        var iterator = reports.makeAsyncIterator()
        #expect(await iterator.next() == .addresses([try address(1)]))
        #expect(feed.watch(on: eventLoop) { _ in }.current == .addresses([try address(1)]))
        feed.unwatch(id)
        feed.unwatch(id + 1)
    }

    @Test func aChangedAnswerIsReportedAndAFailureIsNot() async throws {
        let resolver = ScriptedResolver(["a.test": [try address(1)]])
        let feed = feed(resolver)
        let (reports, continuation) = AsyncStream.makeStream(of: EndpointFeed.Report.self)
        let (id, _) = feed.watch(on: eventLoop) { continuation.yield($0) }
        var iterator = reports.makeAsyncIterator()
        #expect(await iterator.next() == .addresses([try address(1)]))
        resolver.answer("a.test", .failure(ResolutionError(host: "a.test", reason: "down")))
        for _ in 0..<3 { #expect(await resolver.question() == "a.test") }
        #expect(feed.watch(on: eventLoop) { _ in }.current == .addresses([try address(1)]))
        resolver.answer("a.test", .success([try address(2)]))
        #expect(await iterator.next() == .addresses([try address(2)]))
        feed.unwatch(id)
        feed.unwatch(id + 1)
    }

    @Test func withoutAnyAnswerWatchersHearWhy() async throws {
        let resolver = ScriptedResolver()
        resolver.answer("a.test", .failure(ResolutionError(host: "a.test", reason: "down")))
        let feed = feed(resolver)
        let (reports, continuation) = AsyncStream.makeStream(of: EndpointFeed.Report.self)
        let (id, _) = feed.watch(on: eventLoop) { continuation.yield($0) }
        var iterator = reports.makeAsyncIterator()
        #expect(await iterator.next() == .failed("a.test cannot be resolved: down"))
        feed.unwatch(id)
    }

    @Test func aNameIsServedWhileAnotherHangs() async throws {
        let resolver = ScriptedResolver(["good.test": [try address(1)]])
        let feed = feed(resolver, hosts: ["hangs.test", "good.test"], refresh: .seconds(30))
        let (reports, continuation) = AsyncStream.makeStream(of: EndpointFeed.Report.self)
        let (id, _) = feed.watch(on: eventLoop) { continuation.yield($0) }
        var iterator = reports.makeAsyncIterator()
        #expect(await iterator.next() == .addresses([try address(1)]))
        resolver.answer("hangs.test", .success([try address(2)]))
        #expect(await iterator.next() == .addresses([try address(2), try address(1)]))
        feed.unwatch(id)
    }

    @Test func aNameThatFailsIsNoFailureWhileAnotherMayBeAnswered() async throws {
        let resolver = ScriptedResolver()
        resolver.answer("fails.test", .failure(ResolutionError(host: "fails.test", reason: "down")))
        let feed = feed(resolver, hosts: ["fails.test", "slow.test"], refresh: .seconds(30))
        let (reports, continuation) = AsyncStream.makeStream(of: EndpointFeed.Report.self)
        let (id, _) = feed.watch(on: eventLoop) { continuation.yield($0) }
        var iterator = reports.makeAsyncIterator()
        for _ in 0..<2 { _ = await resolver.question() }
        resolver.answer("slow.test", .success([try address(1)]))
        #expect(await iterator.next() == .addresses([try address(1)]))
        feed.unwatch(id)
    }
}
