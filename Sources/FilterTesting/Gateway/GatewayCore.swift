import FilterAPI
import FilterRuntime
import Logging
import NIOCore

/// The parts of a test's gateway that live on its event loop.
///
/// Unchecked: everything that changes is touched on the loop alone.
final class GatewayCore: @unchecked Sendable {
    let eventLoop: VirtualEventLoop
    let clock: VirtualClock
    let services: ScriptedServices
    let chunking: Chunking
    private(set) var streamLoop: StreamLoop
    private(set) var snapshot: TestSnapshot
    private let callouts: ScriptedCallouts

    var clients: [TestClient] = []
    var exchanges: [ScriptedExchange] = []
    var upstreamRequests: [ReceivedRequest] = []
    var upstreamBytesSent = 0
    var isUpstreamPaused = false
    /// Whether bodies are kept for the test to look at, and not only counted.
    var keepsBodies = true
    /// Bytes of request bodies that services have received.
    var upstreamBytesReceived = 0

    init(
        eventLoop: VirtualEventLoop,
        chain: FilterChain,
        routes: [TestRoute],
        limits: TestLimits,
        chunking: Chunking,
        logger: Logger,
        startTime: Int64
    ) {
        let services = ScriptedServices()
        let callouts = ScriptedCallouts(eventLoop: eventLoop, services: services)
        let clock = VirtualClock(eventLoop: eventLoop, start: startTime)
        self.eventLoop = eventLoop
        self.clock = clock
        self.services = services
        self.chunking = chunking
        self.callouts = callouts
        self.streamLoop = StreamLoop(eventLoop: eventLoop, callouts: callouts, clock: clock, logger: logger)
        var starts: [String: ScriptedServiceStart] = [:]
        self.snapshot = TestSnapshot(chain: chain, routes: routes, limits: limits) { name in
            let start = starts[name] ?? ScriptedServiceStart(service: services.service(name))
            starts[name] = start
            return start
        }
        for start in starts.values { start.core = self }
    }

    /// Runs the loop until `condition` holds, and lets time pass whenever nothing else is left to do.
    func runUntil(_ condition: @escaping @Sendable () -> Bool) async {
        await self.eventLoop.settle()
        // With nothing scheduled only another thread can help; a test must fail rather than wait for ever.
        var patience = 20
        while !self.eventLoop.read(condition), patience > 0 {
            // A filter may wait for something outside of virtual time: real work gets real time before the clock moves.
            if self.eventLoop.read({ self.waitsForOthers }), await self.othersGoOn() {
                await self.eventLoop.settle()
            } else if await !self.eventLoop.advanceToNext() {
                if await !self.eventLoop.waitForActivity(milliseconds: 1000) { patience -= 1 }
            }
        }
    }

    /// Waits in real time until what operations wait for goes on; answers false when nothing did for 50 ms.
    ///
    /// In steps, so that a time in which the whole process stands still counts as one of them.
    private func othersGoOn() async -> Bool {
        for _ in 0..<10 {
            if await self.eventLoop.waitForActivity(milliseconds: 5) { return true }
            guard self.eventLoop.read({ self.waitsForOthers }) else { return true }
        }
        return false
    }

    /// Whether some operation waits for something else than a scripted service.
    private var waitsForOthers: Bool {
        self.streamLoop.liveOperations + self.streamLoop.liveDetached > self.callouts.waiting
    }

    func resumeUpstream() {
        self.isUpstreamPaused = false
        for exchange in self.exchanges { exchange.upstreamResumed() }
    }

    /// Ends what is live, so that nothing waits for a gateway that is gone.
    func shutdown() {
        for client in self.clients { client.resetStream() }
        self.eventLoop.execute { self.eventLoop.shutdown() }
    }
}
