package import NIOCore

/// Who is ejected, until when, and how often it was; knows neither clock nor timer.
///
/// Source: Envoy, "Outlier detection": the time grows with each ejection and shrinks again while an endpoint behaves.
package struct EjectionLedger: Sendable {
    private struct Record: Sendable {
        var until: NIODeadline
        var isEjected: Bool
        /// The factor of the last ejection's time.
        var factor: Int
        var total: Int
    }

    private let detection: OutlierDetection
    private var records: [SocketAddress: Record] = [:]

    package init(_ detection: OutlierDetection) {
        self.detection = detection
    }

    /// Those who are left out.
    package var ejected: Set<SocketAddress> { Set(records.filter(\.value.isEjected).keys) }

    /// Until when they are.
    package var ends: [SocketAddress: NIODeadline] { records.filter(\.value.isEjected).mapValues(\.until) }

    /// How often each was left out.
    package var totals: [SocketAddress: Int] { records.mapValues(\.total) }

    /// An endpoint has failed too often in a row.
    ///
    /// - Parameter endpoints: All endpoints of the service; others are forgotten.
    /// - Returns: until when it is left out; `nil` when it is already, or when too many others are.
    package mutating func failedRepeatedly(
        _ address: SocketAddress,
        among endpoints: Set<SocketAddress>,
        at now: NIODeadline
    ) -> NIODeadline? {
        records = records.filter { endpoints.contains($0.key) }
        guard endpoints.contains(address), records[address]?.isEjected != true else { return nil }
        let count = records.count(where: \.value.isEjected) + 1
        guard count * 100 <= endpoints.count * detection.maximumEjectedPercent else { return nil }
        let factor = min((records[address].map { self.factor(of: $0, at: now) } ?? 0) + 1, 10_000)
        let time = min(detection.ejectionTime * factor, detection.longestEjection)
        let until = now + TimeAmount(bounded: time)
        let total = (records[address]?.total ?? 0) + 1
        records[address] = Record(until: until, isEjected: true, factor: factor, total: total)
        return until
    }

    /// Lets those return whose time has passed.
    ///
    /// - Returns: who they are.
    package mutating func expire(at now: NIODeadline) -> Set<SocketAddress> {
        let returning = records.filter { $0.value.isEjected && $0.value.until <= now }.keys
        for address in returning { records[address]?.isEjected = false }
        return Set(returning)
    }

    /// One less for each ejection time that has passed well since the last return.
    private func factor(of record: Record, at now: NIODeadline) -> Int {
        let quiet = max(0, (now - record.until).nanoseconds)
        let step = max(1, TimeAmount(bounded: detection.ejectionTime).nanoseconds)
        return max(0, record.factor - Int(quiet / step))
    }
}
