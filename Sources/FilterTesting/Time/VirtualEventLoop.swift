import Dispatch
import NIOCore
import Synchronization

/// An event loop whose time stands still until somebody moves it.
///
/// All work runs on one serial queue. Unlike `NIOAsyncTestingEventLoop` it knows when its next scheduled work is due, so
/// that a test kit may let time pass to that moment when nothing else is left to do.
final class VirtualEventLoop: EventLoop, @unchecked Sendable {
    // Unchecked: all but `clock` and `taskIDs` is touched on `queue` alone.
    private let queue = DispatchQueue(label: "sluice.filter-testing")
    private let clock = Atomic<UInt64>(0)
    private let taskIDs = Atomic<UInt64>(0)
    private var tasks: [ScheduledWork] = []
    private var isShutDown = false
    private var activity: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []

    private static let key = DispatchSpecificKey<ObjectIdentifier>()

    init() {
        self.queue.setSpecific(key: VirtualEventLoop.key, value: ObjectIdentifier(self))
    }

    var now: NIODeadline { .uptimeNanoseconds(self.clock.load(ordering: .relaxed)) }

    var inEventLoop: Bool { DispatchQueue.getSpecific(key: VirtualEventLoop.key) == ObjectIdentifier(self) }

    func execute(_ task: @escaping @Sendable () -> Void) {
        let id = self.nextID()
        guard !self.inEventLoop else { return self.insert(id, self.now, task, failed: {}) }
        self.queue.async {
            self.insert(id, self.now, task, failed: {})
            self.runDue()
            self.noteActivity(true)
        }
    }

    @discardableResult
    func scheduleTask<T>(deadline: NIODeadline, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        let id = self.nextID()
        let promise = self.makePromise(of: T.self)
        let work: @Sendable () -> Void = {
            do { promise.assumeIsolatedUnsafeUnchecked().succeed(try task()) } catch { promise.fail(error) }
        }
        self.onQueue {
            guard !self.isShutDown else { return promise.fail(EventLoopError.shutdown) }
            self.insert(id, deadline, work) { promise.fail(EventLoopError.cancelled) }
        }
        return Scheduled(promise: promise) { self.onQueue { self.tasks.removeAll { $0.id == id } } }
    }

    @discardableResult
    func scheduleTask<T>(in delay: TimeAmount, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        self.scheduleTask(deadline: self.now + delay, task)
    }

    func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {
        self.queue.async {
            self.shutdown()
            queue.async { callback(nil) }
        }
    }

    private func nextID() -> UInt64 { self.taskIDs.wrappingAdd(1, ordering: .relaxed).newValue }

    private func onQueue(_ body: @escaping @Sendable () -> Void) {
        if self.inEventLoop { body() } else { self.queue.async(execute: body) }
    }

    private func insert(
        _ id: UInt64,
        _ deadline: NIODeadline,
        _ run: @escaping @Sendable () -> Void,
        failed: @escaping @Sendable () -> Void
    ) {
        let work = ScheduledWork(id: id, deadline: deadline, run: run, failed: failed)
        // Kept in order of time, then of arrival; nearly all work is appended.
        let index = self.tasks.lastIndex { $0.deadline <= deadline }.map { $0 + 1 } ?? 0
        self.tasks.insert(work, at: index)
    }
}

/// Work for a moment.
private struct ScheduledWork: Sendable {
    let id: UInt64
    let deadline: NIODeadline
    let run: @Sendable () -> Void
    let failed: @Sendable () -> Void
}

// MARK: What a test does with it

extension VirtualEventLoop {
    /// Runs `body` on the loop, then everything that is due.
    func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            self.queue.async {
                let result = body()
                self.runDue()
                continuation.resume(returning: result)
            }
        }
    }

    /// Answers what `body` reads on the loop; runs nothing else.
    func read<Result>(_ body: () -> Result) -> Result {
        self.inEventLoop ? body() : self.queue.sync(execute: body)
    }

    /// Runs everything that is due.
    func settle() async { await self.run {} }

    /// Moves time, running what becomes due on the way at its own time.
    func advance(by amount: TimeAmount) async {
        await self.run {
            self.runDue()
            self.advance(to: self.now + amount)
        }
    }

    /// Moves time to the next scheduled work and runs it; answers false when there is none.
    func advanceToNext() async -> Bool {
        await self.run {
            self.runDue()
            guard let next = self.tasks.first else { return false }
            self.advance(to: next.deadline)
            return true
        }
    }

    /// Waits in real time until another thread gives the loop something to do; answers false when none did.
    func waitForActivity(milliseconds: Int) async -> Bool {
        await withCheckedContinuation { continuation in
            self.queue.async {
                let id = self.nextID()
                self.activity.append((id, continuation))
                self.queue.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { self.giveUp(id) }
            }
        }
    }

    /// Drops all scheduled work. What is executed later still runs, since tasks may need it to end.
    func shutdown() {
        self.isShutDown = true
        while !self.tasks.isEmpty {
            let dropped = self.tasks
            self.tasks = []
            for work in dropped { work.failed() }
        }
    }

    private func advance(to end: NIODeadline) {
        while let next = self.tasks.first, next.deadline <= end {
            self.clock.store(max(next.deadline, self.now).uptimeNanoseconds, ordering: .relaxed)
            self.runDue()
        }
        self.clock.store(max(end, self.now).uptimeNanoseconds, ordering: .relaxed)
    }

    private func runDue() {
        while let next = self.tasks.first, next.deadline <= self.now {
            self.tasks.removeFirst()
            next.run()
        }
    }

    private func noteActivity(_ happened: Bool) {
        let waiting = self.activity
        self.activity = []
        for waiter in waiting { waiter.continuation.resume(returning: happened) }
    }

    private func giveUp(_ id: UInt64) {
        guard let index = self.activity.firstIndex(where: { $0.id == id }) else { return }
        self.activity.remove(at: index).continuation.resume(returning: false)
    }
}
