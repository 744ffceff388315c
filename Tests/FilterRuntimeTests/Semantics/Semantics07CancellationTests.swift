import FilterAPI
import FilterTesting
import NIOCore
import Synchronization
import Testing

/// An operation is cancelled when its stream ends; a late resume is ignored and logged, never a trap.
@Suite struct Semantics07CancellationTests {
    @Test func theOperationOfAStreamThatEndsIsCancelled() async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { stream in
                        .suspend {
                            do {
                                _ = try await stream.callSide(timeout: .seconds(50))
                            } catch {
                                journal.note("\((error as? CalloutError)?.code.rawValue ?? "?") \(Task.isCancelled)")
                            }
                            return .continue
                        }
                    }
                )
            ]
        )
        gateway.http("side.static") { _ in .neverAnswers }
        let stream = await gateway.open(TestRequest())
        #expect(gateway.liveOperations == 1)
        await stream.reset()
        #expect(journal.lines == ["cancelled true"])
        #expect(gateway.isIdle)
        #expect(gateway.upstreamRequests.isEmpty)
        #expect(gateway.log.contains { $0.message == "late answer of a filter ignored" })
    }

    @Test("an operation that does not care about cancellation ends by itself", arguments: [false, true])
    func lateResume(fails: Bool) async throws {
        let gate = Gate()
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { _ in
                        .suspend {
                            await gate.wait()
                            if fails { throw ProbeFailure() }
                            return .respond(.refusal())
                        }
                    }
                )
            ]
        )
        let stream = await gateway.open(TestRequest())
        await stream.reset()
        #expect(gateway.liveStreams == 0)
        #expect(gateway.liveOperations == 1)
        gate.open()
        await gateway.settle()
        #expect(gateway.liveOperations == 0)
        #expect(gateway.upstreamRequests.isEmpty)
        #expect(stream.received.head == nil)
        #expect(gateway.log.contains { $0.message == "late answer of a filter ignored" })
    }

    @Test func anAnswerAfterTheWatchdogIsIgnored() async throws {
        let gate = Gate()
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { _ in
                        .suspend {
                            await gate.wait()
                            return .respond(.refusal())
                        }
                    },
                    failStrategy: .open
                )
            ]
        ) { _ in TestResponse(body: "went on").delayed(.seconds(10)) }
        let stream = await gateway.open(TestRequest())
        await gateway.advance(by: .seconds(61))
        gate.open()
        await gateway.settle()
        let response = await stream.response()
        #expect(response.status == 200)
        #expect(response.text == "went on")
        #expect(gateway.isIdle)
    }

    @Test func detachedWorkOutlivesItsStream() async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { stream in
                        stream.detach {
                            _ = try? await stream.callSide()
                            journal.note("done")
                        }
                        return .continue
                    }
                )
            ]
        )
        gateway.http("side.static") { _ in TestResponse().delayed(.seconds(3)) }
        await gateway.send(TestRequest())
        #expect(gateway.liveDetached == 1)
        await gateway.advance(by: .seconds(3))
        #expect(journal.lines == ["done"])
        #expect(gateway.isIdle)
    }
}

/// Holds whoever waits until it is opened, whatever is cancelled.
final class Gate: Sendable {
    private let waiting = Mutex<(isOpen: Bool, continuation: CheckedContinuation<Void, Never>?)>((false, nil))

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = self.waiting.withLock { state in
                if !state.isOpen { state.continuation = continuation }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let continuation = self.waiting.withLock { state in
            state.isOpen = true
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume()
    }
}
