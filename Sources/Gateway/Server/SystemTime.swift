import FilterRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The machine's time.
enum SystemTime {
    /// In seconds since 1970.
    static var fraction: Double { Double(SystemClock().nanosecondsSince1970) / 1_000_000_000 }

    /// In whole seconds since 1970.
    static var seconds: Int64 { SystemClock().nanosecondsSince1970 / 1_000_000_000 }

    /// When the machine began, in seconds since 1970; `nil` where it does not tell how long it runs.
    ///
    /// Source: clock_gettime(2): `CLOCK_BOOTTIME` counts sleep too, as the times in `/proc` do.
    static var boot: Double? {
        #if canImport(Darwin)
            return nil
        #else
            var time = timespec()
            guard clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return nil }
            return self.fraction - Double(time.tv_sec) - Double(time.tv_nsec) / 1_000_000_000
        #endif
    }
}
