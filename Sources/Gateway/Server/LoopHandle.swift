import Downstream
import FilterAPI
import FilterRuntime
import NIOCore

/// A ``GatewayLoop`` as other threads hold it: it is touched on its own event loop only.
final class LoopHandle: @unchecked Sendable {
    let eventLoop: any EventLoop
    private let loop: GatewayLoop

    private init(_ eventLoop: any EventLoop, _ loop: GatewayLoop) {
        self.eventLoop = eventLoop
        self.loop = loop
    }

    /// Makes a loop's part on that loop.
    static func make(_ eventLoop: any EventLoop, _ make: @escaping @Sendable () -> GatewayLoop) async throws
        -> LoopHandle
    {
        try await eventLoop.submit { LoopHandle(eventLoop, make()) }.get()
    }

    /// Calls `body` on the event loop.
    func run<Result: Sendable>(_ body: @escaping @Sendable (GatewayLoop) -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            self.eventLoop.execute { continuation.resume(returning: body(self.loop)) }
        }
    }

    /// Has a filter do something for an operator, with the loop's connections to services.
    func perform<Result: Sendable>(
        _ operation: nonisolated(nonsending) @escaping @Sendable (any Callouts) async -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            self.eventLoop.execute { self.loop.perform(operation) { continuation.resume(returning: $0) } }
        }
    }

    /// The client side, for a listener.
    var downstream: LoopBox { LoopBox(self.loop.downstream) }

    /// Lets the connections end; answers whether they did in time.
    func drain(within timeout: TimeAmount) -> EventLoopFuture<Bool> {
        self.eventLoop.flatSubmit {
            let promise = self.eventLoop.makePromise(of: Bool.self)
            let timer = self.eventLoop.scheduleTask(in: timeout) { promise.succeed(false) }
            self.loop.drain().whenComplete { _ in
                timer.cancel()
                promise.succeed(true)
            }
            return promise.futureResult
        }
    }

    /// Ends all connections on both sides.
    func closeAll() async {
        let closed = self.eventLoop.flatSubmit {
            self.loop.downstream.closeAll()
            return self.loop.closeUpstream()
        }
        try? await closed.get()
    }
}
