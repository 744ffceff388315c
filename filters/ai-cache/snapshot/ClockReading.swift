import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The time by both clocks: the one that entries in memory count by, and the one that means something after a restart.
struct ClockReading: Sendable, Hashable {
    var uptime: NIODeadline
    var nanosecondsSince1970: Int64

    var secondsSince1970: Int { Int(self.nanosecondsSince1970 / 1_000_000_000) }

    /// The time now.
    static var now: ClockReading {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return ClockReading(
            uptime: .now(),
            nanosecondsSince1970: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        )
    }
}
