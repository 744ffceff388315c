import NIOCore

extension TimeAmount {
    /// A duration that can be added to any deadline: from nothing to a year.
    init(bounded duration: Duration) {
        self = TimeAmount(min(max(duration, .zero), .seconds(365 * 24 * 3600)))
    }
}
