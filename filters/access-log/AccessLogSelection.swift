import FilterAPI

/// Which streams get a line: those that are kept in any case, and a share of the others.
///
/// The share is drawn from the request's id, so entries and gateways that see the same request decide alike.
struct AccessLogSelection: Sendable, Equatable {
    /// What makes a stream worth its line; one of these is enough.
    struct Keep: Sendable, Equatable {
        /// Ranges of statuses.
        var statuses: [ClosedRange<Int>] = []
        /// Nanoseconds; a stream that took longer is kept.
        var slowerThan: Int64?
        /// Marks of `response_flags`.
        var flags: Set<String> = []
        /// Whether any mark will do.
        var anyFlag = false

        func holds(for record: StreamRecord) -> Bool {
            if let slowerThan, record.duration > slowerThan { return true }
            if self.statuses.contains(where: { $0.contains(record.responseCode) }) { return true }
            guard !record.responseFlags.isEmpty else { return false }
            return self.anyFlag || record.responseFlags.contains { self.flags.contains($0) }
        }
    }

    private let keep: Keep?
    /// Of ids between 0 and 2^53.
    private let threshold: UInt64

    private static let idSpace = UInt64(1) << 53

    /// All streams.
    static let all = AccessLogSelection(keep: nil, sample: 1)

    /// - Parameters:
    ///   - keep: The streams that get a line in any case.
    ///   - sample: The share of the others, 0 to 1.
    init(keep: Keep?, sample: Double) {
        self.keep = keep
        self.threshold = UInt64(max(0, min(1, sample)) * Double(AccessLogSelection.idSpace))
    }

    func takes(_ stream: StreamContext) -> Bool {
        if self.threshold == AccessLogSelection.idSpace { return true }
        if let keep, keep.holds(for: stream.record) { return true }
        guard self.threshold > 0 else { return false }
        let hash = stream.request.headers.withValueBytes(of: .xRequestId) { spread($0) } ?? 0
        return hash >> 11 < self.threshold
    }
}

/// A number in which every bit depends on all bytes.
///
/// Source: Fowler, Noll and Vo, FNV-1a with 64 bits; the last steps are those of MurmurHash3.
private func spread(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ (hash >> 33)
}
