import NIOCore
import Synchronization

/// One upstream call whose answer several requests wait for.
///
/// Shared by event loops: the leader writes on its loop, and each follower is woken on its own.
final class Flight: Sendable {
    /// How many bytes of events are kept as long as nobody reads them.
    static let bytesAlone = 256 << 10

    private struct Member {
        var place: SharedAnswer.Place
        var waiting: CheckedContinuation<Void, Never>?
        /// Woken without a reason in the answer: by time, or because its request ended.
        var isWoken = false
    }

    private struct State {
        var answer: SharedAnswer
        var members: [Int: Member] = [:]
        var lastMember = 0
        /// What keeps the upstream call going when the leader's client leaves.
        var onFollower: (@Sendable () -> Void)?
    }

    /// Whether the leader's request asked for the usage as an event too.
    let wantsUsageEvent: Bool
    private let state: Mutex<State>

    /// - Parameters:
    ///   - wantsUsageEvent: Whether the leader's events tell the usage.
    ///   - limit: How many bytes of events are kept for a follower that reads slowly.
    init(wantsUsageEvent: Bool, limit: Int) {
        self.wantsUsageEvent = wantsUsageEvent
        self.state = Mutex(State(answer: SharedAnswer(limit: limit, limitAlone: Self.bytesAlone)))
    }

    /// Changes what followers can have, and wakes those that have something to do then.
    func update(_ change: @Sendable (inout SharedAnswer, _ slowest: Int?) -> Void) {
        let woken = self.state.withLock { state in
            change(&state.answer, state.members.isEmpty ? nil : Self.slowest(state.members))
            return Self.takeReady(&state)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Sets what is called, on any loop, when somebody follows; at once when somebody does.
    func whenFollowed(_ body: @escaping @Sendable () -> Void) {
        let isFollowed = self.state.withLock { state in
            state.onFollower = body
            return !state.members.isEmpty
        }
        if isFollowed { body() }
    }

    /// Adds a follower; `nil` when the answer is over.
    func join(takesEvents: Bool) -> Int? {
        let joined = self.state.withLock { state -> (Int, (@Sendable () -> Void)?)? in
            guard !state.answer.isOver else { return nil }
            state.lastMember += 1
            state.members[state.lastMember] = Member(place: .before(takesEvents: takesEvents))
            return (state.lastMember, state.onFollower)
        }
        joined?.1?()
        return joined?.0
    }

    /// A follower needs nothing any more.
    func leave(_ id: Int) {
        let waiting = self.state.withLock { $0.members.removeValue(forKey: id)?.waiting }
        waiting?.resume()
    }

    /// Has a follower look again, whether there is something for it or not.
    func wake(_ id: Int) {
        let waiting = self.state.withLock { state in
            state.members[id]?.isWoken = true
            defer { state.members[id]?.waiting = nil }
            return state.members[id]?.waiting
        }
        waiting?.resume()
    }

    /// The next step of a follower; those that move it on in the answer are noted.
    func step(of id: Int) -> SharedAnswer.Step {
        self.state.withLock { state in
            guard let place = state.members[id]?.place else { return .goUpstream }
            let step = state.answer.step(of: place)
            switch (step, place) {
            case (.begin, _): state.members[id]?.place = .within(0)
            case (.part(let part), .within(let bytes)):
                state.members[id]?.place = .within(bytes + part.readableBytes)
            default: break
            }
            return step
        }
    }

    /// Waits until a follower has a step to take, was woken, or its task was cancelled.
    nonisolated(nonsending) func wait(_ id: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !self.park(id, continuation) { continuation.resume() }
            }
        } onCancel: {
            self.wake(id)
        }
    }

    private func park(_ id: Int, _ continuation: CheckedContinuation<Void, Never>) -> Bool {
        self.state.withLock { state in
            guard let member = state.members[id] else { return false }
            state.members[id]?.isWoken = false
            guard !member.isWoken, state.answer.step(of: member.place) == .wait else { return false }
            state.members[id]?.waiting = continuation
            return true
        }
    }

    private static func slowest(_ members: [Int: Member]) -> Int? {
        members.values.compactMap { if case .within(let bytes) = $0.place { bytes } else { nil } }.min()
    }

    private static func takeReady(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        var ready: [CheckedContinuation<Void, Never>] = []
        for (id, member) in state.members {
            guard let waiting = member.waiting, state.answer.step(of: member.place) != .wait else { continue }
            state.members[id]?.waiting = nil
            ready.append(waiting)
        }
        return ready
    }
}
