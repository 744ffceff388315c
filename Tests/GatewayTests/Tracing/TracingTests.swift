import FilterAPI
import Foundation
import Gateway
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// Asks the service `aside` about every request, and sends word of it later.
private final class Asking: Filter, RequestHeadHook, StreamEndHook {
    static let name = "asking"
    static let summary = "Asks a service."

    struct Configuration: FilterConfiguration {
        let service: ServiceReference?
        init(_ fields: ConfigurationFields) { self.service = fields.service(help: "Who is asked.") }
    }

    private let service: ServiceReference?

    init(_ configuration: Configuration, _ environment: FilterEnvironment) { self.service = configuration.service }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard let service = self.service else { return .continue }
        let callouts = stream.callouts
        return .suspend {
            _ = try await callouts.http(CalloutRequest(path: "/ask?secret=1"), to: service)
            return .continue
        }
    }

    func streamEnded(_ stream: StreamContext) {
        guard let service = self.service else { return }
        let callouts = stream.callouts
        stream.detach { _ = try? await callouts.http(CalloutRequest(method: .post, path: "/told"), to: service) }
    }
}

@Suite("Traces go through the gateway")
struct TracingTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let parent = "b7ad6b7169203331"
    private static let traceparent = "traceparent: 00-\(trace)-\(parent)-01\r\n"

    @Test func spansHangOnTheCallersAndOnEachOther() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let aside = try await ScriptedUpstream.start { _ in .init(body: "yes") }
        let receiver = try await SpanReceiver.start()
        let log = try AccessLogFile()
        let text = self.configuration(receiver, upstream, aside: aside, log: log)
        try await GatewayFixture.run(text, filters: [Asking.self]) { gateway in
            let answer = try await self.get(gateway, "/a?key=hidden", "\(Self.traceparent)tracestate: v=1,w=2\r\n")
            #expect(answer.status == 200)
            let spans = await receiver.spans(5)
            try #require(spans.count == 5, "\(spans.map(\.name))")
            #expect(spans.allSatisfy { $0.traceID == Self.trace })
            #expect(Set(spans.map(\.id)).count == 5 && receiver.mistakes == 0)
            let stream = try self.only(spans, "GET all")
            let filter = try self.only(spans, "filter asking")
            let attempt = try self.only(spans, "upstream up.static")
            let callouts = spans.filter { $0.name == "callout aside.static" }
            #expect(stream.parentID == Self.parent && stream.kind == 2)
            #expect(filter.parentID == stream.id && filter.kind == 1)
            #expect(attempt.parentID == stream.id && attempt.kind == 3)
            #expect(Set(callouts.map(\.parentID)) == [filter.id, stream.id])
            #expect(stream.start <= attempt.start && attempt.end <= stream.end)
            #expect(stream.attributes["http.response.status_code"] == "200")
            #expect(stream.attributes["url.path"] == "/a")
            #expect(stream.attributes["sluice.route"] == "all")
            #expect(attempt.attributes["network.peer.address"] == upstream.endpoint)
            #expect(!spans.contains { "\($0.attributes)".contains("hidden") || "\($0.attributes)".contains("secret") })
            // Everybody who was asked knows the span that asked.
            let sent = try #require(upstream.requests.first).headers
            #expect(sent["traceparent"] == ["00-\(Self.trace)-\(attempt.id)-01"] && sent["tracestate"] == ["v=1,w=2"])
            let asked = Set(aside.requests.flatMap { $0.headers["traceparent"] })
            #expect(asked == Set(callouts.map { "00-\(Self.trace)-\($0.id)-01" }))
            #expect(aside.requests.allSatisfy { $0.headers["tracestate"] == ["v=1,w=2"] })
            #expect(try await log.lines(1).first?.string("trace_id") == Self.trace)
        }
        await upstream.stop()
        await aside.stop()
        await receiver.stop()
    }

    @Test(arguments: ["", "traceparent: 00-nonsense\r\ntracestate: v=1\r\n"])
    func aTraceBeginsHereWhenNobodyHasBegunOne(_ fields: String) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let receiver = try await SpanReceiver.start()
        let log = try AccessLogFile()
        try await GatewayFixture.run(self.configuration(receiver, upstream, log: log)) { gateway in
            _ = try await self.get(gateway, "/", fields)
            let spans = await receiver.spans(2)
            let stream = try self.only(spans, "GET all")
            #expect(stream.parentID == nil && Set(spans.map(\.traceID)) == [stream.traceID])
            let sent = try #require(upstream.requests.first).headers
            #expect(sent["tracestate"].isEmpty)
            #expect(sent["traceparent"].first?.hasPrefix("00-\(stream.traceID)-") == true)
            #expect(try await log.lines(1).first?.string("trace_id") == stream.traceID)
        }
        await upstream.stop()
        await receiver.stop()
    }

    @Test func everyTryHasASpanOfItsOwn() async throws {
        let tally = Tally()
        let upstream = try await ScriptedUpstream.start { _ in .init(status: tally.next() == 0 ? 503 : 200, body: "ok")
        }
        let receiver = try await SpanReceiver.start()
        let route = "    retry: { attempts: 1, retryOn: [5xx] }"
        try await GatewayFixture.run(self.configuration(receiver, upstream, route: route)) { gateway in
            #expect(try await self.get(gateway, "/", Self.traceparent).status == 200)
            let spans = await receiver.spans(3)
            let stream = try self.only(spans, "GET all")
            let tries = spans.filter { $0.name == "upstream up.static" }.sorted { $0.start < $1.start }
            try #require(tries.count == 2)
            #expect(tries.allSatisfy { $0.parentID == stream.id })
            #expect(tries.map { $0.attributes["http.response.status_code"] } == ["503", "200"])
            #expect(tries.map(\.failure) == ["503", nil])
            #expect(tries.map { $0.attributes["error.type"] } == ["503", nil])
            #expect(tries.map { $0.attributes["sluice.retry"] } == [nil, "1"])
            #expect(
                upstream.requests.flatMap { $0.headers["traceparent"] } == tries.map { "00-\(Self.trace)-\($0.id)-01" }
            )
            #expect(stream.failure == nil)
        }
        await upstream.stop()
        await receiver.stop()
    }

    @Test func aTryThatIsGivenUpHasTheOutcomeItCameTo() async throws {
        let tally = Tally()
        let upstream = try await ScriptedUpstream.start { _ in .init(status: tally.next() == 0 ? 409 : 200, body: "ok")
        }
        let receiver = try await SpanReceiver.start()
        let route = "    retry: { attempts: 1, retryOn: [409] }"
        try await GatewayFixture.run(self.configuration(receiver, upstream, route: route)) { gateway in
            let answer = try await self.get(gateway, "/", Self.traceparent)
            #expect(answer.status == 200)
            let tries = await receiver.spans(3).filter { $0.name == "upstream up.static" }
                .sorted { $0.start < $1.start }
            #expect(tries.map { $0.attributes["http.response.status_code"] } == ["409", "200"])
            #expect(tries.map(\.failure) == [nil, nil])
        }
        await upstream.stop()
        await receiver.stop()
    }

    @Test func aTryWithoutAnAnswerHasItsError() async throws {
        let silent = try await ManualUpstream.start()
        let receiver = try await SpanReceiver.start()
        let route = "    retry: { attempts: 1, retryOn: [5xx], perTryTimeout: 50ms }"
        let text = self.configuration(receiver, endpoint: silent.endpoint, route: route)
        try await GatewayFixture.run(text) { gateway in
            let answer = try await self.get(gateway, "/", Self.traceparent)
            #expect(answer.status == 504)
            let tries = await receiver.spans(3).filter { $0.name == "upstream up.static" }
            #expect(tries.map(\.failure) == ["upstream_timeout", "upstream_timeout"])
            #expect(tries.allSatisfy { $0.attributes["error.type"] == "upstream_timeout" })
        }
        await silent.stop()
        await receiver.stop()
    }

    @Test func commandsToRedisAreSpansWithoutTheirKeys() async throws {
        let redis = try await RedisServer.start()
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        let receiver = try await SpanReceiver.start()
        let setup = CacheSetup(
            model: model,
            redis: redis,
            services: [("otel", receiver.upstream.port)],
            config: "{ \(CacheSetup.redis()) }",
            limits: receiver.configuration().tracing
        )
        try await GatewayFixture.run(setup.text) { gateway in
            _ = try await ChatQuestion(question: "hidden", fields: Self.traceparent).ask(gateway.port)
            let spans = await receiver.spans(5)
            let stream = try self.only(spans, "POST chat")
            let filter = try self.only(spans, "filter ai-cache")
            let lookup = try self.only(spans, "redis GET")
            let storing = try self.only(spans, "redis SET")
            #expect(lookup.parentID == filter.id && storing.parentID == stream.id)
            #expect(lookup.attributes["db.operation.name"] == "GET")
            #expect(!spans.contains { "\($0)".contains("hidden") })
        }
        await model.stop()
        await receiver.stop()
    }

    @Test func failuresAreSaid() async throws {
        let refusing = try RefusingPort()
        let receiver = try await SpanReceiver.start()
        let text = self.configuration(receiver, endpoint: "127.0.0.1:\(refusing.port)")
        try await GatewayFixture.run(text) { gateway in
            #expect(try await self.get(gateway, "/", Self.traceparent).status == 503)
            let spans = await receiver.spans(2)
            #expect(try self.only(spans, "upstream up.static").failure == "upstream_connect_failure")
            let stream = try self.only(spans, "GET all")
            #expect(stream.failure == "upstream_connect_failure")
            #expect(stream.attributes["sluice.response_flags"] == "UF")
        }
        await receiver.stop()
    }

    @Test func whatIsNotRecordedIsPassedOnAllTheSame() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let aside = try await ScriptedUpstream.start { _ in .init(body: "yes") }
        let receiver = try await SpanReceiver.start()
        let text = self.configuration(receiver, upstream, aside: aside, keys: "sampling: 0")
        try await GatewayFixture.run(text, filters: [Asking.self]) { gateway in
            _ = try await self.get(gateway, "/")
            _ = try await self.get(gateway, "/", Self.traceparent.replacingOccurrences(of: "-01\r", with: "-00\r"))
            // The last one is recorded: when its spans are there, those of the others would be too.
            _ = try await self.get(gateway, "/", Self.traceparent)
            let spans = await receiver.spans(5)
            #expect(spans.count == 5 && Set(spans.map(\.traceID)) == [Self.trace])
            let sent = upstream.requests.compactMap { $0.headers["traceparent"].first }
            #expect(sent.map { $0.suffix(2) } == ["00", "00", "01"])
            #expect(sent[1].hasPrefix("00-\(Self.trace)-") && !sent[1].contains(Self.parent))
            #expect(aside.requests.allSatisfy { $0.headers["traceparent"].count == 1 })
        }
        await upstream.stop()
        await aside.stop()
        await receiver.stop()
    }

    @Test func withoutTracingTheFieldPassesAsItIs() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            _ = try await self.get(gateway, "/", Self.traceparent)
            _ = try await self.get(gateway, "/")
            #expect(upstream.requests[0].headers["traceparent"] == ["00-\(Self.trace)-\(Self.parent)-01"])
            #expect(upstream.requests[1].headers["traceparent"].isEmpty)
        }
        await upstream.stop()
    }

    @Test func aCollectorThatIsAwayDelaysNobodyAndLosesWhatDoesNotFit() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let refusing = try RefusingPort()
        let text = self.configuration(
            tracing: "tracing: { service: otel.static, interval: 20ms, queueSize: 4, batchSize: 2 }",
            service: "  - { name: otel, type: static, domain: \"127.0.0.1:\(refusing.port)\" }",
            endpoint: upstream.endpoint
        )
        try await GatewayFixture.run(text) { gateway in
            for _ in 0..<10 { #expect(try await self.get(gateway, "/").status == 200) }
            let port = try gateway.adminPort()
            let metrics = try PrometheusFamilies(
                try await ReceivedAnswer.of(port, "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").body
            )
            #expect(metrics.samples[#"sluice_tracing_spans_total{result="queue_full"}"#] == 16)
            #expect(metrics.samples[#"sluice_tracing_spans_total{result="exported"}"#] == 0)
            #expect(gateway.log.warnings.filter { $0 == "spans were lost" }.count == 1)
        }
        await upstream.stop()
    }

    @Test func whatTheCollectorCannotTakeNowItGetsLater() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let receiver = try await SpanReceiver.start(statuses: [503])
        try await GatewayFixture.run(self.configuration(receiver, upstream, keys: "batchSize: 1")) { gateway in
            _ = try await self.get(gateway, "/", Self.traceparent)
            #expect(await receiver.spans(2).count == 2)
            #expect(receiver.upstream.requests.count == 3)
        }
        await upstream.stop()
        await receiver.stop()
    }

    @Test func whatTheCollectorTakesInPartIsCountedAndSaidOnce() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let answer = #"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}"#
        let receiver = try await SpanReceiver.start(body: answer)
        // Only full batches go out: each is one export, of which the collector leaves out one span.
        let text = self.configuration(
            tracing: "tracing: { service: otel.static, interval: 300s, batchSize: 2 }",
            service: receiver.configuration().service,
            endpoint: upstream.endpoint
        )
        try await GatewayFixture.run(text) { gateway in
            for _ in 0..<3 { _ = try await self.get(gateway, "/", Self.traceparent) }
            let port = try gateway.adminPort()
            var samples: [String: Double] = [:]
            let isCounted = try await eventually {
                let request = "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                samples = try PrometheusFamilies(try await ReceivedAnswer.of(port, request).body).samples
                return samples[#"sluice_tracing_spans_total{result="refused"}"#] == 3
            }
            #expect(isCounted, "\(samples.filter { $0.key.contains("tracing") })")
            #expect(samples[#"sluice_tracing_spans_total{result="exported"}"#] == 3)
            #expect(samples["sluice_tracing_failed_exports_total"] == 0)
            #expect(gateway.log.warnings == ["the collector has not taken all spans"])
        }
        await upstream.stop()
        await receiver.stop()
    }

    @Test func whatWaitsIsSentBeforeTheEnd() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let receiver = try await SpanReceiver.start()
        let tracing = "tracing: { service: otel.static, interval: 300s, headers: [{ name: x-token, value: t0ken }] }"
        let text = self.configuration(
            tracing: tracing,
            service: receiver.configuration().service,
            endpoint: upstream.endpoint
        )
        try await GatewayFixture.run(text) { gateway in
            _ = try await self.get(gateway, "/", Self.traceparent)
            #expect(await gateway.server.drain())
            #expect(receiver.spans.count == 2)
        }
        let export = try #require(receiver.upstream.requests.first)
        #expect(export.uri == "/v1/traces" && export.method == "POST")
        #expect(export.headers["content-type"] == ["application/json"] && export.headers["x-token"] == ["t0ken"])
        // Nobody traces the tracing.
        #expect(export.headers["traceparent"].isEmpty)
        await upstream.stop()
        await receiver.stop()
    }

    private func only(_ spans: [SpanReceiver.Span], _ name: String) throws -> SpanReceiver.Span {
        let found = spans.filter { $0.name == name }
        #expect(found.count == 1, "\(name) among \(spans.map(\.name))")
        return try #require(found.first)
    }

    private func get(_ gateway: GatewayFixture, _ path: String, _ fields: String = "") async throws -> ReceivedAnswer {
        try await .of(gateway.port, "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)Connection: close\r\n\r\n")
    }

    private func configuration(
        _ receiver: SpanReceiver,
        _ upstream: ScriptedUpstream? = nil,
        endpoint: String = "",
        aside: ScriptedUpstream? = nil,
        log: AccessLogFile? = nil,
        route: String = "",
        keys: String = ""
    ) -> String {
        let (tracing, service) = receiver.configuration(keys)
        return self.configuration(
            tracing: tracing,
            service: service,
            endpoint: upstream?.endpoint ?? endpoint,
            aside: aside,
            log: log,
            route: route
        )
    }

    private func configuration(
        tracing: String,
        service: String,
        endpoint: String,
        aside: ScriptedUpstream? = nil,
        log: AccessLogFile? = nil,
        route: String = ""
    ) -> String {
        var services = [service, "  - { name: up, type: static, domain: \"\(endpoint)\" }"]
        var filters: [String] = []
        if let aside {
            services.append("  - { name: aside, type: static, domain: \"\(aside.endpoint)\" }")
            filters.append("  - { filter: asking, config: { serviceName: aside.static } }")
        }
        if let log { filters.append(log.entry) }
        return """
            admin: { address: "127.0.0.1:0" }
            \(tracing)
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services:
            \(services.joined(separator: "\n"))
            routes:
              - name: all
                service: up.static
            \(route)
            \(filters.isEmpty ? "" : "filters:\n" + filters.joined(separator: "\n"))
            """
    }
}
