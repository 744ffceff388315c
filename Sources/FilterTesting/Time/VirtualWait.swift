import FilterAPI
import NIOCore
import Synchronization

/// Somebody who waits for a moment of virtual time, or for good, until cancelled.
///
/// Resumed exactly once, on the loop.
final class VirtualWait: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Bool, Never>)
        case over(Bool)
    }

    private let state = Mutex(State.idle)

    /// Waits on the loop.
    ///
    /// - Parameter delay: How long; `nil` for ever.
    /// - Throws: `CalloutError` with the code `cancelled` when the task was cancelled.
    static nonisolated(nonsending) func wait(_ delay: TimeAmount?, on eventLoop: any EventLoop) async throws {
        let wait = VirtualWait()
        let timer = delay.map { eventLoop.scheduleTask(in: $0) { wait.end(true) } }
        let completed = await withTaskCancellationHandler {
            await withCheckedContinuation { wait.begin($0) }
        } onCancel: {
            eventLoop.execute { wait.end(false) }
        }
        timer?.cancel()
        guard completed else { throw CalloutError(.cancelled, "the stream ended") }
    }

    private func begin(_ continuation: CheckedContinuation<Bool, Never>) {
        let result: Bool? = self.state.withLock { state in
            if case .over(let result) = state { return result }
            state = .waiting(continuation)
            return nil
        }
        if let result { continuation.resume(returning: result) }
    }

    private func end(_ completed: Bool) {
        let waiting: CheckedContinuation<Bool, Never>? = self.state.withLock { state in
            switch state {
            case .over: return nil
            case .idle:
                state = .over(completed)
                return nil
            case .waiting(let continuation):
                state = .over(completed)
                return continuation
            }
        }
        waiting?.resume(returning: completed)
    }
}
