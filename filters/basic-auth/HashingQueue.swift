import Dispatch
import Synchronization

/// Work that takes many milliseconds, on a few threads of its own and with a bounded number that wait.
///
/// One for the process: what several entries hash shares it.
final class HashingQueue: Sendable {
    typealias Work = @Sendable () -> Void

    private struct State {
        var waiting: [Work] = []
        var running = 0
    }

    private let state = Mutex(State())
    private let threads = DispatchQueue(label: "sluice.hashing", qos: .utility, attributes: .concurrent)
    private let width: Int
    private let capacity: Int

    /// - Parameters:
    ///   - width: How many run at the same time.
    ///   - capacity: How many may wait.
    init(width: Int = 2, capacity: Int = 128) {
        self.width = width
        self.capacity = capacity
    }

    /// Has work done; answers false when too much waits already.
    func submit(_ work: @escaping Work) -> Bool {
        enum Admission { case refused, waits, runs }
        let admission: Admission = self.state.withLock { state in
            if state.running < self.width {
                state.running += 1
                return .runs
            }
            guard state.waiting.count < self.capacity else { return .refused }
            state.waiting.append(work)
            return .waits
        }
        if admission == .runs { self.threads.async { self.run(work) } }
        return admission != .refused
    }

    private func run(_ first: @escaping Work) {
        var next: Work? = first
        while let work = next {
            work()
            next = self.state.withLock { state in
                if state.waiting.isEmpty {
                    state.running -= 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
        }
    }
}
