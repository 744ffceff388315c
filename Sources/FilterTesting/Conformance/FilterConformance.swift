public import FilterAPI
import FilterRuntime
import NIOCore

/// Runs a filter through exchanges of all kinds, and finds what it owes to the chain and does not keep.
///
/// ```swift
/// @Test func theFilterConforms() async throws {
///     try await FilterConformance(of: Greeting.self, config: ["text": "hi"]).check()
/// }
/// ```
///
/// Each exchange runs in a gateway of its own, whole and cut at random places, with a client and a service that read
/// slowly, or leave at any moment. What is checked is listed in ``ConformanceRule``. It knows no test library: what is found
/// is returned or thrown.
///
/// Services that the filter calls answer 200 with `{}` unless `prepare` scripts them; every Redis is an empty one.
public struct FilterConformance: Sendable {
    let filter: TestFilter
    let name: String
    let keys: [ConfigurationKey]
    /// Whether each stream gets an object of its own.
    let hasObjects: Bool
    let headers: HeaderFields
    let exchanges: [ConformanceExchange]
    let varying: Set<String>
    let exceptions: Set<ConformanceRule>
    let seed: UInt64
    let prepare: (@Sendable (TestGateway) -> Void)?

    /// Header fields that may differ from one exchange to an equal one: identifiers and times.
    public static let varyingHeaders: Set<String> = ["x-request-id", "traceparent", "date", "age", "set-cookie"]

    /// A check of one filter with one configuration.
    ///
    /// - Parameters:
    ///   - type: The filter.
    ///   - config: Its `config` as a literal; default none.
    ///   - headers: Fields that requests carry besides their own, such as a credential; all exchanges then also run
    ///     without them. Default none.
    ///   - exchanges: Requests with the answers that services give; default ``ConformanceExchange/ordinary``.
    ///   - varying: Names, in lower case, of header fields that may differ between equal exchanges.
    ///   - exceptions: Rules that this filter breaks by its purpose, such as `isolation` for one that counts requests.
    ///   - seed: Where bodies are cut; equal seeds cut at equal places.
    ///   - prepare: Scripts services and fills Redis before each exchange.
    public init<F: Filter>(
        of type: F.Type,
        config: ConfigurationNode? = nil,
        headers: HeaderFields = [:],
        exchanges: [ConformanceExchange] = ConformanceExchange.ordinary,
        varying: Set<String> = FilterConformance.varyingHeaders,
        except exceptions: Set<ConformanceRule> = [],
        seed: UInt64 = 1,
        prepare: (@Sendable (TestGateway) -> Void)? = nil
    ) {
        self.filter = TestFilter(type, config: config)
        self.name = F.name
        self.keys = ConfigurationFields.describe(F.Configuration.self)
        self.hasObjects = F.Stream.self != F.self
        self.headers = headers
        self.exchanges = exchanges
        self.varying = varying
        self.exceptions = exceptions
        self.seed = seed
        self.prepare = prepare
    }

    /// Checks the filter.
    ///
    /// - Throws: ``ConformanceFailure`` when it breaks a rule, ``TestConfigurationError`` when its configuration is wrong.
    public func check() async throws {
        let found = try await self.violations()
        if !found.isEmpty { throw ConformanceFailure(filter: self.name, violations: found) }
    }

    /// What the filter breaks, each rule and exchange once.
    ///
    /// - Throws: ``TestConfigurationError`` when the filter's configuration is wrong.
    public func violations() async throws -> [ConformanceViolation] {
        let findings = ConformanceFindings()
        self.checkDescription(findings)
        let conforming = try await self.checkMessages(findings)
        // What already fails as it stands says nothing more when it is cut or made longer.
        let leavesSomething = findings.all.contains { $0.rule == .leavesNothing }
        if !conforming.isEmpty, !leavesSomething {
            try await self.checkChunking(conforming, findings)
            try await self.checkIsolation(conforming, findings)
        }
        try await self.checkEndings(findings)
        if !leavesSomething { try await self.checkFlow(findings) }
        return findings.all.filter { !self.exceptions.contains($0.rule) }
    }

    private func checkDescription(_ findings: ConformanceFindings) {
        func check(_ keys: [ConfigurationKey], _ path: String) {
            for key in keys {
                if key.help.isEmpty { findings.note(.description, "the key \(path)\(key.name) has no help") }
                check(key.fields, "\(path)\(key.name).")
            }
        }
        check(self.keys, "")
    }
}
