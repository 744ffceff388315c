/// What operators see of a running gateway at one moment: the JSON of `/status`, and what the page and `sluice status` are made
/// of.
///
/// Numbers that grow are totals since the start; a rate takes two of these.
package struct GatewayStatus: Codable, Sendable {
    /// `ready`, `starting` or `draining`.
    package var state: String
    /// When it was taken, in seconds since 1970.
    package var time: Double
    /// Seconds since the gateway began.
    package var uptime: Double
    package var configuration: Configuration
    package var process: Process
    package var traffic: Traffic
    package var listeners: [Listener]
    /// The first ``GatewayStatus/shownRoutes`` in the file's order.
    package var routes: [Route]
    /// How many there are.
    package var routeCount: Int
    /// The chain in order.
    package var filters: [Filter]
    /// The first ``GatewayStatus/shownServices`` in the file's order.
    package var services: [Service]
    /// How many there are.
    package var serviceCount: Int

    /// How many routes are listed.
    static let shownRoutes = 200
    /// How many services are listed.
    static let shownServices = 200

    package struct Configuration: Codable, Sendable {
        /// SHA-256 of the file.
        package var hash: String
        /// Where it was read from.
        package var file: String?
        /// Seconds since it came into force.
        package var age: Double
        /// Whether the last reload was refused, so that the file says something else.
        package var isLastReloadRefused: Bool
        /// Reloads by their result.
        package var reloads: [String: Int]
    }

    package struct Process: Codable, Sendable {
        package var workers: Int
        /// In bytes.
        package var residentMemory: Int?
        /// In bytes; `nil` for none.
        package var memoryBudget: Int?
        package var isShedding: Bool
        /// Seconds.
        package var processorTime: Double?
        package var openDescriptors: Int?
        package var logLevel: String
    }

    package struct Traffic: Codable, Sendable {
        package var connections: Int
        package var streams: Int
        /// Streams that ended, by class of status: `2xx`; `none` without an answer.
        package var requests: [String: Int]
        package var bytesReceived: Int
        package var bytesSent: Int
        /// How long streams took.
        package var durations: Durations
    }

    /// Counts of durations by bucket; the last has no bound.
    package struct Durations: Codable, Sendable {
        /// Upper bounds in seconds.
        package var bounds: [Double]
        package var counts: [Int]
        /// Seconds.
        package var sum: Double
    }

    package struct Listener: Codable, Sendable {
        package var name: String
        package var address: String
        package var isSecure: Bool
        package var connections: Int
        package var accepted: Int
        package var refused: Int
    }

    package struct Route: Codable, Sendable {
        package var name: String
        /// Which requests it takes, for people.
        package var match: String
        /// What becomes of them, for people.
        package var destination: String
        /// The entries that run, in order. Where a rule asks for a domain, they are those of no domain.
        package var filters: [String]
    }

    package struct Filter: Codable, Sendable {
        package var name: String
        package var filter: String
        package var phase: String
        package var priority: Int
        package var failStrategy: String
        package var calls: Int
        package var localResponses: Int
        package var errors: Int
        /// Seconds of a call, on average; `nil` before any was timed.
        package var callTime: Double?
        package var suspensions: Int
        /// Seconds that streams waited.
        package var suspendedTime: Double
    }

    package struct Service: Codable, Sendable {
        package var name: String
        package var `protocol`: String
        package var policy: String
        package var requests: Int
        package var errors: Int
        package var active: Int
        package var idle: Int
        package var connects: Int
        package var connectFailures: Int
        package var retries: Int
        package var durations: Durations
        /// The limits of its circuit breaker that are reached.
        package var openLimits: [String]
        package var endpoints: [Endpoint]
    }

    package struct Endpoint: Codable, Sendable {
        package var address: String
        package var weight: Int
        package var isHealthy: Bool
        package var isEjected: Bool
        package var isAvoided: Bool
        package var active: Int
        package var requests: Int
        package var errors: Int
    }
}
