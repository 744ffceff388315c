import FilterRuntime

/// The machine's time.
enum SystemTime {
    /// In whole seconds since 1970.
    static var seconds: Int64 { SystemClock().nanosecondsSince1970 / 1_000_000_000 }
}
