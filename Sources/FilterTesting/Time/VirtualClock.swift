import FilterAPI
import NIOCore

/// The time of day that goes with an event loop's virtual time.
final class VirtualClock: StreamClock {
    private let eventLoop: any EventLoop
    private let start: Int64

    /// - Parameter start: Nanoseconds from 1970 to the moment at which the loop's time is 0.
    init(eventLoop: any EventLoop, start: Int64) {
        self.eventLoop = eventLoop
        self.start = start
    }

    var now: NIODeadline { self.eventLoop.now }

    var nanosecondsSince1970: Int64 {
        self.start &+ Int64(truncatingIfNeeded: self.eventLoop.now.uptimeNanoseconds)
    }
}
