import Synchronization

/// What becomes of work that several streams wait for, on any event loops. It is settled once.
///
/// Whoever waits joins first, so that the one who works can tell whether anybody still cares.
final class SharedOutcome<Value: Sendable>: Sendable {
    /// One who waits.
    struct Ticket: Sendable, Hashable {
        fileprivate let number: Int
    }

    private struct State {
        var value: Value?
        var lastTicket = 0
        /// Those who have joined and not begun to wait.
        var arriving: Set<Ticket> = []
        var waiting: [Ticket: CheckedContinuation<Value?, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Whether anybody has joined and not left.
    var isAwaited: Bool { self.state.withLock { !$0.arriving.isEmpty || !$0.waiting.isEmpty } }

    /// Joins those who wait.
    func join() -> Ticket {
        self.state.withLock { state in
            state.lastTicket &+= 1
            let ticket = Ticket(number: state.lastTicket)
            state.arriving.insert(ticket)
            return ticket
        }
    }

    /// Waits for the outcome; `nil` when the task was cancelled first.
    nonisolated(nonsending) func value(_ ticket: Ticket) async -> Value? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { self.park(ticket, $0) }
        } onCancel: {
            self.leave(ticket)
        }
    }

    /// Settles the outcome, and wakes those who wait.
    func settle(_ value: Value) {
        let woken = self.state.withLock { state in
            state.value = value
            defer { state.waiting = [:] }
            return state.waiting.values.map { $0 }
        }
        for continuation in woken { continuation.resume(returning: value) }
    }

    private func park(_ ticket: Ticket, _ continuation: CheckedContinuation<Value?, Never>) {
        let answer: Value?? = self.state.withLock { state in
            guard state.arriving.remove(ticket) != nil else { return .some(nil) }
            if let value = state.value { return value }
            state.waiting[ticket] = continuation
            return .none
        }
        if let answer { continuation.resume(returning: answer) }
    }

    private func leave(_ ticket: Ticket) {
        let waiting = self.state.withLock { state in
            state.arriving.remove(ticket)
            return state.waiting.removeValue(forKey: ticket)
        }
        waiting?.resume(returning: nil)
    }
}
