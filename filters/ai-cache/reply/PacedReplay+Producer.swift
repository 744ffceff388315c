import FilterAPI
import NIOCore
import Synchronization

extension PacedReplay {
    /// Sends the events as they become due, and no faster than the client reads; ends with the stream.
    ///
    /// - Parameters:
    ///   - clock: The stream's clock.
    ///   - eventLoop: The stream's event loop, which the pauses are waited for on.
    func producer(_ clock: any StreamClock, on eventLoop: any EventLoop) -> LocalResponse.Producer {
        var replay = self
        var start: NIODeadline?
        return {
            while true {
                let began = start ?? clock.now
                start = began
                switch replay.step(at: clock.now - began) {
                case .send(let part): return part
                case .wait(let time): try await LoopPause.wait(time, on: eventLoop)
                case .end: return nil
                }
            }
        }
    }
}

/// A pause that ends with time, or with the task that waits.
private final class LoopPause: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Void, Never>)
        case over
    }

    private let state = Mutex(State.idle)

    /// Waits on an event loop.
    ///
    /// - Throws: `CancellationError` when the task was cancelled.
    static nonisolated(nonsending) func wait(_ time: TimeAmount, on eventLoop: any EventLoop) async throws {
        let pause = LoopPause()
        let timer = eventLoop.scheduleTask(in: time) { pause.end() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { pause.begin($0) }
        } onCancel: {
            pause.end()
        }
        timer.cancel()
        try Task.checkCancellation()
    }

    private func begin(_ continuation: CheckedContinuation<Void, Never>) {
        let isOver = self.state.withLock { state in
            if case .over = state { return true }
            state = .waiting(continuation)
            return false
        }
        if isOver { continuation.resume() }
    }

    private func end() {
        let waiting: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            defer { state = .over }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume()
    }
}
