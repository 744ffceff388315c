import FilterAPI
import FilterTesting
import NIOCore
import Testing

/// FAIL_CLOSE answers 500 with the filter's name, FAIL_OPEN goes on as if the filter were absent; never a hang.
@Suite struct Semantics09FilterErrorTests {
    /// Where a filter fails.
    enum Place: CaseIterable {
        case requestHead, requestBody, requestObserved, requestCollected, requestTrailers
        case responseHead, responseBody, responseObserved, responseCollected, responseTrailers

        /// Whether the head of the response has gone out by then.
        var isAfterHead: Bool {
            self == .responseBody || self == .responseObserved || self == .responseTrailers
        }
    }

    /// How it fails.
    enum Manner: CaseIterable {
        case throwing, suspendedThrowing, holding
    }

    static let failing: [(Place, Manner)] = Place.allCases.flatMap { place in Manner.allCases.map { (place, $0) } }

    @Test("closed: 500 names the filter, or the stream is reset", arguments: failing)
    func closed(place: Place, manner: Manner) async throws {
        let gateway = try self.gateway(place, manner, .close)
        let response = await gateway.send(TestRequest(.post, body: "question", trailers: ["x-t": "1"]))
        if place.isAfterHead {
            #expect(response.isReset)
            #expect(!response.isComplete)
        } else {
            #expect(response.status == 500)
            #expect(response.isComplete)
        }
        #expect(response.details == "filter_error{fails}")
        #expect(gateway.log.contains { $0.message == "filter failed" && $0.metadata["filter"] == "fails" })
        #expect(gateway.isIdle)
    }

    @Test("open: the stream goes on as if the filter were absent", arguments: failing)
    func open(place: Place, manner: Manner) async throws {
        let gateway = try self.gateway(place, manner, .open)
        let response = await gateway.send(TestRequest(.post, body: "question", trailers: ["x-t": "1"]))
        #expect(response.status == 200)
        #expect(response.text == "answer")
        #expect(response.trailers?["x-u"] == "2")
        #expect(response.isComplete)
        #expect(gateway.upstreamRequests.map(\.text) == ["question"])
        #expect(gateway.upstreamRequests[0].trailers?["x-t"] == "1")
        #expect(gateway.isIdle)
    }

    @Test func theWatchdogNamesTheFilterAfterItsTime() async throws {
        let gateway = try TestGateway(
            filters: [.init(HeadProbe("a", request: Self.head(.holding)), name: "slow")],
            limits: TestLimits(filterTimeout: .seconds(7))
        )
        gateway.http("side.static") { _ in .neverAnswers }
        let stream = await gateway.open(TestRequest())
        await gateway.advance(by: .milliseconds(6999))
        #expect(!stream.isFinished)
        await gateway.advance(by: .milliseconds(1))
        #expect(stream.isFinished)
        #expect(stream.received.status == 500)
        #expect(stream.received.details == "filter_error{slow}")
        #expect(gateway.isIdle)
    }

    private func gateway(
        _ place: Place,
        _ manner: Manner,
        _ strategy: TestFilter.FailStrategy
    ) throws -> TestGateway {
        let gateway = try TestGateway(
            filters: [
                .init(HeadProbe("before"), name: "before"), Self.filter(place, manner, strategy),
                .init(HeadProbe("after"), name: "after"),
            ]
        ) { _ in TestResponse(body: "answer").with(trailers: ["x-u": "2"]) }
        gateway.http("side.static") { _ in .neverAnswers }
        return gateway
    }

    private static func head(_ manner: Manner) -> HeadAnswer {
        { stream in try fail(manner, stream) }
    }

    private static func fail(_ manner: Manner, _ stream: StreamContext) throws -> FilterAction {
        switch manner {
        case .throwing: throw ProbeFailure()
        case .suspendedThrowing: .suspend { throw ProbeFailure() }
        case .holding:
            .suspend {
                _ = try await stream.callSide(timeout: .seconds(10_000))
                return .continue
            }
        }
    }

    private static func filter(
        _ place: Place,
        _ manner: Manner,
        _ strategy: TestFilter.FailStrategy
    ) -> TestFilter {
        let body: BodyAnswer = { _, _, stream in try fail(manner, stream) }
        let collected: CollectedAnswer = { _, stream in try fail(manner, stream) }
        let trailers: TrailersAnswer = { _, stream in try fail(manner, stream) }
        func entry<F: Filter>(_ filter: F) -> TestFilter {
            TestFilter(filter, name: "fails", failStrategy: strategy)
        }
        return switch place {
        case .requestHead: entry(HeadProbe("x", request: head(manner)))
        case .requestBody: entry(BodyProbe(request: body))
        case .requestObserved: entry(ObserverProbe(Journal(), request: body))
        case .requestCollected: entry(CollectProbe(request: 100, onRequest: collected))
        case .requestTrailers: entry(TrailersProbe(request: trailers))
        case .responseHead: entry(HeadProbe("x", response: head(manner)))
        case .responseBody: entry(BodyProbe(response: body))
        case .responseObserved: entry(ObserverProbe(Journal(), response: body))
        case .responseCollected: entry(CollectProbe(response: 100, onResponse: collected))
        case .responseTrailers: entry(TrailersProbe(response: trailers))
        }
    }
}
