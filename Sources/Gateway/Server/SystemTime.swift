import FilterRuntime

/// The machine's time.
enum SystemTime {
    /// In seconds since 1970.
    static var fraction: Double { Double(SystemClock().nanosecondsSince1970) / 1_000_000_000 }

    /// In whole seconds since 1970.
    static var seconds: Int64 { SystemClock().nanosecondsSince1970 / 1_000_000_000 }
}
