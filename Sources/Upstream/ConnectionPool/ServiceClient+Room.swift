import NIOCore

/// Whoever waits until a connection comes free, or may be made.
protocol RoomWaiter: AnyObject {
    /// There may be room now; it waits no longer.
    func roomMade()
}

// Waiting for a connection while the circuit breaker admits no further one.
extension ServiceClient {
    /// How often it is looked whether other event loops have closed connections, of which nobody tells.
    private static var lookInterval: TimeAmount { .milliseconds(25) }

    func waitForRoom(_ waiter: any RoomWaiter) {
        roomWaiters.append(waiter)
        scheduleLookForRoom()
    }

    func stopWaiting(_ waiter: any RoomWaiter) {
        roomWaiters.removeAll { $0 === waiter }
    }

    /// A connection of this event loop has come free: whoever has waited longest looks for it.
    func roomMade() {
        guard !roomWaiters.isEmpty else { return }
        // The connection has to come to rest before it carries something else.
        eventLoop.assumeIsolated().execute { self.roomWaiters.popFirst()?.roomMade() }
    }

    /// Closes a connection that waits for its next request.
    func closeOneIdle() {
        for endpoint in endpoints {
            guard let connection = endpoint.takeIdle() else { continue }
            counters.idle -= 1
            return connection.close()
        }
    }

    private func scheduleLookForRoom() {
        guard roomTimer == nil else { return }
        roomTimer = eventLoop.assumeIsolated().scheduleTask(in: ServiceClient.lookInterval) { [weak self] in
            self?.lookForRoom()
        }
    }

    private func lookForRoom() {
        roomTimer = nil
        var left = roomWaiters.count
        while left > 0, admitsConnection, let waiter = roomWaiters.popFirst() {
            left -= 1
            waiter.roomMade()
        }
        if !roomWaiters.isEmpty { scheduleLookForRoom() }
    }
}
