import FilterAPI
import NIOCore

/// What came of one exchange, as far as it must not depend on chance.
struct ConformanceOutcome: Sendable, Equatable {
    var status = 0
    var headers: [String] = []
    var body = ""
    var trailers: [String] = []
    var details = ""
    var isComplete = false
    var isReset = false
    var consumer: String?
    /// The first body that reached a service.
    var upstreamBody: String?
    /// What reached services: method, path, fields, body, trailers.
    var upstream: [[String]] = []

    init(_ response: ReceivedResponse, _ upstream: [ServiceRequest], varying: Set<String>) {
        self.status = response.status
        self.headers = ConformanceOutcome.lines(response.headers, varying)
        self.body = response.text
        self.trailers = ConformanceOutcome.lines(response.trailers ?? [:], varying)
        self.details = response.details
        self.isComplete = response.isComplete
        self.isReset = response.isReset
        self.consumer = response.consumer
        self.upstreamBody = upstream.first?.text
        self.upstream = upstream.map { request in
            ["\(request.method.rawValue) \(request.path)"] + ConformanceOutcome.lines(request.headers, varying)
                + [request.text] + ConformanceOutcome.lines(request.trailers ?? [:], varying)
        }
    }

    private static func lines(_ fields: HeaderFields, _ varying: Set<String>) -> [String] {
        fields.map { (name: $0.name.lowercased(), value: $0.value) }
            .filter { !varying.contains($0.name) }
            .map { "\($0.name): \($0.value)" }
            .sorted()
    }

    /// The first thing in which another outcome differs.
    func difference(to other: ConformanceOutcome) -> String? {
        let pairs: [(String, String, String)] = [
            ("status", "\(self.status)", "\(other.status)"), ("detail", self.details, other.details),
            ("body", self.body, other.body), ("header fields", "\(self.headers)", "\(other.headers)"),
            ("trailers", "\(self.trailers)", "\(other.trailers)"),
            ("complete", "\(self.isComplete)", "\(other.isComplete)"), ("reset", "\(self.isReset)", "\(other.isReset)"),
            ("consumer", self.consumer ?? "", other.consumer ?? ""),
            ("upstream", "\(self.upstream)", "\(other.upstream)"),
        ]
        let found = pairs.first { $0.1 != $0.2 }
        return found.map { "\($0.0) is \($0.1.prefix(300)), and \($0.2.prefix(300))" }
    }
}

/// One exchange in a gateway of its own.
struct ConformanceRun {
    let gateway: TestGateway
    let watch: FilterWatch

    /// - Parameters:
    ///   - exchange: What the service answers, and what the exchange is called.
    ///   - limits: Times and sizes.
    init(
        _ conformance: FilterConformance,
        _ exchange: ConformanceExchange,
        _ findings: ConformanceFindings,
        chunking: Chunking = .whole,
        manner: String = ""
    ) throws {
        let name = manner.isEmpty ? exchange.name : "\(exchange.name), \(manner)"
        let watch = FilterWatch(findings, exchange: name, hasObjects: conformance.hasObjects)
        var filter = conformance.filter
        filter.watch = watch
        let response = exchange.response
        self.watch = watch
        self.gateway = try TestGateway(filters: [filter], chunking: chunking) { _ in response }
        self.gateway.core.services.answerAll { _ in
            TestResponse(headers: ["content-type": "application/json"], body: "{}")
        }
        conformance.prepare?(self.gateway)
    }

    /// Lets everything happen that needs no time, also on other threads.
    func settle(rounds: Int = 20) async {
        for _ in 0..<rounds {
            await self.gateway.settle()
            guard self.gateway.liveOperations > 0 || self.gateway.liveDetached > 0 else { return }
            _ = await self.gateway.core.eventLoop.waitForActivity(milliseconds: 5)
        }
    }

    /// What is left when all that could take time has had it.
    func leftovers() async -> String? {
        await self.settle()
        if !self.gateway.isIdle {
            for _ in 0..<8 where !self.gateway.isIdle {
                await self.gateway.advance(by: .seconds(150))
                await self.settle(rounds: 2)
            }
        }
        var left: [String] = []
        if self.gateway.liveStreams > 0 { left.append("a stream") }
        if self.gateway.liveOperations > 0 { left.append("an operation") }
        if self.gateway.liveDetached > 0 { left.append("detached work") }
        if self.gateway.liveExchanges > 0 { left.append("a request to a service") }
        if left.isEmpty, self.watch.liveObjects > 0 { left.append("the object of a stream") }
        return left.isEmpty ? nil : left.joined(separator: ", ")
    }

    /// Lines that tell of an error inside the filter.
    var errors: [String] {
        self.gateway.log.filter { $0.message == "filter failed" }.map { $0.metadata["error"] ?? "an error" }
    }
}
