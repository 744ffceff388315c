package import NIOCore

/// One timer for a deadline that moves with nearly every event.
///
/// Moving the deadline later costs a store: the one scheduled task looks when it fires whether the deadline has moved,
/// and is scheduled anew if so. Confined to its event loop.
package final class LazyTimer {
    private let eventLoop: any EventLoop
    private var deadline = NIODeadline.distantFuture
    private var scheduled: (task: Scheduled<Void>, at: NIODeadline)?
    private var action: (() -> Void)?

    package init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// What to do when the deadline has passed; it is then no longer set.
    package func whenDue(_ action: @escaping () -> Void) {
        self.action = action
    }

    /// Moves the deadline; `distantFuture` switches the timer off.
    package func set(_ deadline: NIODeadline) {
        self.deadline = deadline
        guard deadline != .distantFuture else { return }
        if let scheduled = self.scheduled {
            guard deadline < scheduled.at else { return }
            scheduled.task.cancel()
        }
        self.schedule(deadline)
    }

    /// Switches the timer off for good and lets go of its action.
    package func stop() {
        self.deadline = .distantFuture
        self.scheduled?.task.cancel()
        self.scheduled = nil
        self.action = nil
    }

    private func schedule(_ deadline: NIODeadline) {
        let task = self.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.fired() }
        self.scheduled = (task, deadline)
    }

    private func fired() {
        self.scheduled = nil
        guard self.deadline != .distantFuture else { return }
        if self.deadline <= self.eventLoop.now {
            self.deadline = .distantFuture
            self.action?()
        } else {
            self.schedule(self.deadline)
        }
    }
}
