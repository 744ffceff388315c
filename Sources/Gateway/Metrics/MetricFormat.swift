/// The text forms in which metrics are given.
package enum MetricFormat: Sendable, Hashable {
    /// Prometheus' text format 0.0.4.
    case prometheus
    /// OpenMetrics 1.0.
    case openMetrics

    package var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// What a caller wants most: OpenMetrics only for those who ask for it and like plain text no better.
    ///
    /// A version of OpenMetrics that is not spoken here counts as not asked for.
    ///
    /// Source: RFC 9110, section 12.5.1.
    ///
    /// - Parameter accept: The fields `Accept` of the request, joined by commas.
    package init(accept: String) {
        var openMetrics = 0.0
        var text = 0.0
        for range in accept.lowercased().split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.trimmingBlanks }
            let quality = parts.lazy.filter { $0.hasPrefix("q=") }.compactMap { Double($0.dropFirst(2)) }.first ?? 1
            switch parts.first {
            case "application/openmetrics-text":
                let version = parts.first { $0.hasPrefix("version=") }?.dropFirst(8).filter { $0 != "\"" }
                if version == nil || version == "1.0.0" { openMetrics = max(openMetrics, quality) }
            case "text/plain": text = max(text, quality)
            default: break
            }
        }
        self = openMetrics > 0 && openMetrics >= text ? .openMetrics : .prometheus
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var text = self.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
