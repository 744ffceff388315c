import FilterAPI
import NIOCore
import NIOEmbedded
import Testing

@testable import Upstream

@Suite("A service whose failures are made good")
struct RecoveringServiceTests {
    /// One request at a recovering service, and all that stands around it.
    private final class Setup {
        let loop = EmbeddedEventLoop()
        let service = ScriptedStart()
        let other = ScriptedStart()
        let caller = CallerRecord()
        let ledger = RetryLedger()
        let exchange: any UpstreamExchange
        private let recovering: RecoveringService

        init(
            _ policy: RetryPolicy? = RetryPolicy(attempts: 2, conditions: [.serverError]),
            fallsBack: Bool = false,
            framing: RequestFraming = .none,
            bodyLimit: Int = 8
        ) {
            self.recovering = RecoveringService(
                self.service,
                policy: policy,
                fallback: fallsBack ? (FallbackRule(service: "other.static"), self.other) : nil,
                ledger: self.ledger,
                eventLoop: self.loop,
                bodyLimit: bodyLimit,
                random: LoopRandom(seed: 5)
            )
            self.exchange = self.recovering.begin(request: RequestHead(), framing: framing, receiver: self.caller)
        }

        /// The try under way.
        func current() throws -> ScriptedTry { try #require(self.service.tries.last) }

        /// Lets the longest pause pass.
        func wait() { self.loop.advanceTime(by: .milliseconds(250)) }

        func expectNothingActive() {
            #expect(self.ledger.activeRequests == 0 && self.ledger.activeRetries == 0)
        }
    }

    @Test("tells its caller only of the last answer")
    func lastAnswer() throws {
        let setup = Setup()
        try setup.current().answer(503, body: "busy")
        #expect(setup.caller.told.isEmpty && setup.ledger.activeRetries == 1)
        setup.wait()
        try setup.current().fail(.resetBeforeResponse)
        setup.wait()
        try setup.current().answer(200, body: "well")
        #expect(setup.caller.told == ["head 200", "body well", "end"])
        #expect(setup.service.tries.count == 3)
        #expect(setup.service.avoided == ["10.0.0.1:80", "10.0.0.2:80"])
        setup.expectNothingActive()
    }

    @Test("gives the last failure when all tries are made")
    func exhausted() throws {
        let setup = Setup()
        for _ in 0..<3 {
            try setup.current().fail(.connectFailure)
            setup.wait()
        }
        #expect(setup.caller.told == ["gave up URX", "failed upstream_connect_failure"])
        setup.expectNothingActive()
    }

    @Test("gives a try up when its time has passed")
    func perTryTimeout() throws {
        let policy = RetryPolicy(attempts: 1, conditions: [.serverError], perTryTimeout: .seconds(1))
        let setup = Setup(policy)
        setup.loop.advanceTime(by: .seconds(1))
        #expect(try setup.current().isCancelled)
        setup.wait()
        setup.loop.advanceTime(by: .seconds(1))
        #expect(setup.service.tries.count == 2)
        #expect(setup.caller.told == ["gave up URX", "failed upstream_timeout"])
        setup.expectNothingActive()
    }

    @Test("counts a try's time from the end of the request")
    func perTryTimeoutBeginsAtEnd() throws {
        let policy = RetryPolicy(attempts: 0, conditions: [], perTryTimeout: .seconds(1))
        let setup = Setup(policy, framing: .length(4))
        setup.exchange.send(body: ByteBuffer(string: "ab"))
        setup.loop.advanceTime(by: .seconds(5))
        #expect(setup.caller.told == [])
        setup.exchange.send(body: ByteBuffer(string: "cd"))
        setup.exchange.sendEnd(trailers: nil)
        setup.loop.advanceTime(by: .milliseconds(999))
        #expect(setup.caller.told == [])
        setup.loop.advanceTime(by: .milliseconds(1))
        #expect(setup.caller.told.last == "failed upstream_timeout")
    }

    @Test("has no time for the rest of an answer whose head has come")
    func perTryTimeoutEndsWithHead() throws {
        let policy = RetryPolicy(attempts: 1, conditions: [.serverError], perTryTimeout: .seconds(1))
        let setup = Setup(policy)
        try setup.current().inform(103)
        setup.loop.advanceTime(by: .seconds(2))
        try setup.current().answer(200)
        #expect(setup.caller.told == ["informational 103", "head 200", "end"])
    }

    @Test("sends a body again whole, with what came during the pause")
    func body() throws {
        let setup = Setup(framing: .length(8))
        setup.exchange.send(body: ByteBuffer(string: "abcd"))
        try setup.current().answer(503)
        #expect(!setup.caller.isWritable && !setup.exchange.isWritable)
        setup.exchange.send(body: ByteBuffer(string: "ef"))
        setup.wait()
        #expect(setup.caller.isWritable)
        setup.exchange.send(body: ByteBuffer(string: "gh"))
        setup.exchange.sendEnd(trailers: nil)
        #expect(try setup.current().body == "abcdefgh")
        #expect(try setup.current().hasEnded)
        try setup.current().answer(200)
        #expect(setup.caller.told == ["head 200", "end"])
    }

    @Test("sends no body again that is longer than the limit")
    func longBody() throws {
        let setup = Setup(fallsBack: true, framing: .length(9))
        setup.exchange.send(body: ByteBuffer(string: "abcdefghi"))
        setup.exchange.sendEnd(trailers: nil)
        try setup.current().answer(503)
        #expect(setup.caller.told == ["head 503", "end"])
        #expect(setup.service.tries.count == 1 && setup.other.tries.isEmpty)
    }

    @Test("keeps to the budget that all its requests share")
    func budget() throws {
        let policy = RetryPolicy(attempts: 2, conditions: [.serverError], budget: .init(percent: 0, minimum: 1))
        let setup = Setup(policy)
        setup.ledger.activeRetries = 1
        try setup.current().answer(503)
        #expect(setup.caller.told == ["gave up UO", "head 503", "end"])
    }

    @Test("stops when its caller gives the request up", arguments: [true, false])
    func cancelled(_ isInPause: Bool) throws {
        let setup = Setup()
        if isInPause { try setup.current().answer(503) }
        setup.exchange.cancel()
        setup.loop.advanceTime(by: .seconds(10))
        #expect(setup.service.tries.count == 1)
        #expect(setup.caller.told.isEmpty)
        setup.expectNothingActive()
    }

    @Test("leaves a try that it begins anew unread while its caller does not read")
    func paused() throws {
        let setup = Setup()
        setup.exchange.pauseReading()
        try setup.current().answer(503)
        setup.wait()
        #expect(try !setup.current().isReading)
        setup.exchange.resumeReading()
        #expect(try setup.current().isReading)
    }

    @Test("asks the other service once, after all tries")
    func fallback() throws {
        let setup = Setup(fallsBack: true)
        for _ in 0..<3 {
            try setup.current().answer(502)
            setup.wait()
        }
        let other = try #require(setup.other.tries.first)
        other.answer(503)
        #expect(setup.caller.told == ["gave up URX", "rerouted other.static", "head 503", "end"])
        #expect(setup.service.tries.count == 3 && setup.other.tries.count == 1)
        setup.expectNothingActive()
    }

    @Test("asks the other service when its caller waits no longer, but only once")
    func fallbackInTime() throws {
        let setup = Setup(nil, fallsBack: true)
        #expect(setup.exchange.isReplacedAfterTimeout())
        #expect(try setup.current().isCancelled)
        #expect(!setup.exchange.isReplacedAfterTimeout())
        #expect(setup.other.tries.count == 1)
        #expect(setup.caller.told == ["rerouted other.static"])
    }
}
