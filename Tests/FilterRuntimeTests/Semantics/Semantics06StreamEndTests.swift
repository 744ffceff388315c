import FilterAPI
import FilterTesting
import NIOCore
import Testing

/// The end of a stream is told exactly once per stream and filter on every path, then the access log is written.
@Suite struct Semantics06StreamEndTests {
    /// A way in which a stream ends.
    enum Path: CaseIterable {
        case answered, localResponse, filterError, noRoute, upstreamReset, upstreamResetWithin, unreachable
        case routeTimeout, idleTimeout, filterTimeout, clientReset, clientResetWithinBody, tooLarge, brokenProducer
    }

    @Test("the end is told once, then the log", arguments: Path.allCases)
    func once(path: Path) async throws {
        let journal = Journal()
        let middle = HeadProbe("b", journal) { stream in try Self.answer(path, stream) }
        let gateway = try TestGateway(
            filters: [
                .init(HeadProbe("a", journal), name: "a"), .init(middle, name: "b"),
                .init(HeadProbe("c", journal), name: "c"),
            ],
            routes: [TestRoute("default", prefix: "/x", timeout: path == .routeTimeout ? .seconds(5) : nil)],
            limits: TestLimits(requestBodyLimit: path == .tooLarge ? 3 : .max),
            upstream: { _ in Self.upstream(path) }
        )
        gateway.http("side.static") { _ in .neverAnswers }
        let response = await self.exchange(path, gateway)
        let ends = journal.lines.filter { $0.hasSuffix(" ended") || $0.hasSuffix(" log") }
        #expect(ends == ["c ended", "b ended", "a ended", "c log", "b log", "a log"])
        #expect(gateway.isIdle)
        #expect(response.details == Self.details(path))
    }

    private func exchange(_ path: Path, _ gateway: TestGateway) async -> ReceivedResponse {
        let request = TestRequest(.post, path == .noRoute ? "/none" : "/x", body: "four")
        guard path == .clientReset || path == .clientResetWithinBody else { return await gateway.send(request) }
        let stream = await gateway.open(request, hasBody: true)
        await stream.send("four")
        if path == .clientResetWithinBody { await stream.end() }
        await stream.reset()
        return await stream.response()
    }

    private static func answer(_ path: Path, _ stream: StreamContext) throws -> FilterAction {
        switch path {
        case .localResponse: return .respond(.refusal())
        case .filterError: throw ProbeFailure()
        case .filterTimeout:
            return .suspend {
                _ = try await stream.callSide(timeout: .seconds(1000))
                return .continue
            }
        case .brokenProducer:
            let producer: LocalResponse.Producer = { throw ProbeFailure() }
            return .respond(LocalResponse(status: 200, body: .stream(producer), detail: "probe.stream"))
        default: return .continue
        }
    }

    private static func upstream(_ path: Path) -> TestResponse {
        switch path {
        case .upstreamReset: .resets
        case .upstreamResetWithin: TestResponse(chunks: ["abcd"]).reset(after: 2)
        case .unreachable: .unreachable
        case .routeTimeout, .idleTimeout: .neverAnswers
        case .clientResetWithinBody: TestResponse(chunks: ["abcd"]).silent(after: 2)
        default: TestResponse(body: "fine")
        }
    }

    private static func details(_ path: Path) -> String {
        switch path {
        case .answered: "via_upstream"
        case .localResponse: "probe.refused"
        case .filterError, .filterTimeout: "filter_error{b}"
        case .noRoute: "route_not_found"
        case .upstreamReset: "upstream_reset_before_response"
        case .upstreamResetWithin: "upstream_reset_within_response"
        case .unreachable: "upstream_connect_failure"
        case .routeTimeout, .idleTimeout: "upstream_timeout"
        case .clientReset: "downstream_remote_disconnect"
        case .clientResetWithinBody: "via_upstream"
        case .tooLarge: "request_payload_too_large"
        case .brokenProducer: "local_response_failed"
        }
    }

    @Test func theRecordIsCompleteWhenTheEndIsTold() async throws {
        let journal = Journal()
        let gateway = try TestGateway(filters: [.init(EndProbe(journal))]) { _ in
            TestResponse(chunks: ["ab", "cde"]).delayed(.seconds(2))
        }
        let response = await gateway.send(TestRequest(.post, body: "four"))
        #expect(journal.lines == ["200 via_upstream in 4 out 5 ms 2000 service 2000 at 127.0.0.1:80"])
        #expect(response.record.upstreamCluster == "upstream.static")
    }

    @Test func anIdleClientIsAnsweredAndMarked() async throws {
        let gateway = try TestGateway(filters: [])
        let stream = await gateway.open(TestRequest(.post), hasBody: true)
        let response = await stream.response()
        #expect(response.status == 408)
        #expect(response.flags == ["SI"])
        #expect(response.details == "stream_idle_timeout")
    }
}

/// Notes the record of each stream.
private final class EndProbe: Filter, StreamEndHook {
    static let name = "end-probe"
    static let summary = "Notes records."
    let journal: Journal

    init(_ journal: Journal) { self.journal = journal }

    convenience init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) { self.init(Journal()) }

    func streamEnded(_ stream: StreamContext) {
        let record = stream.record
        let service = (record.upstreamServiceTime ?? 0) / 1_000_000
        self.journal.note(
            "\(record.responseCode) \(record.responseCodeDetails) in \(record.bytesReceived) out \(record.bytesSent)"
                + " ms \(record.duration / 1_000_000) service \(service) at \(record.upstreamHost ?? "-")"
        )
    }
}
