import FilterAPI
import FilterTesting
import Testing

/// A change to host, path or a routing header selects the route anew, unless a filter has pinned it.
@Suite struct Semantics10RouteTests {
    /// What a filter changes.
    enum Change: CaseIterable {
        case path, host, header, collectedPath, suspendedPath, changedThenSuspended
    }

    static let routes = [
        TestRoute("default", service: "default.static", filters: ["only-new": .disabled]),
        TestRoute("path", prefix: "/new", service: "new.static", filters: ["only-old": .disabled]),
        TestRoute("host", host: "new.test", service: "new.static", filters: ["only-old": .disabled]),
        TestRoute("header", header: ("x-tier", "gold"), service: "new.static", filters: ["only-old": .disabled]),
    ]

    @Test("the new route is taken, and later filters follow it", arguments: Change.allCases, [false, true])
    func again(change: Change, isPinned: Bool) async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            filters: [
                Self.changing(change, isPinned),
                .init(HeadProbe("old", journal), name: "only-old"),
                .init(HeadProbe("new", journal), name: "only-new"),
            ],
            routes: Self.routes
        )
        gateway.http("side.static") { _ in TestResponse().delayed(.seconds(1)) }
        let response = await gateway.send(TestRequest(.post, "/old", body: "body"))
        #expect(response.status == 200)
        #expect(gateway.upstreamRequests.map(\.service) == [isPinned ? "default.static" : "new.static"])
        #expect(response.record.upstreamCluster == (isPinned ? "default.static" : "new.static"))
        let ran = isPinned ? "old" : "new"
        #expect(journal.lines == ["\(ran) request", "\(ran) response", "\(ran) ended", "\(ran) log"])
    }

    private static func changing(_ change: Change, _ isPinned: Bool) -> TestFilter {
        if change == .collectedPath {
            return TestFilter(
                CollectProbe(
                    request: 100,
                    onRequest: { _, stream in
                        if isPinned { stream.pinRoute() }
                        stream.request.path = "/new/x"
                        return .continue
                    }
                )
            )
        }
        return TestFilter(
            HeadProbe("changes") { stream in
                if isPinned { stream.pinRoute() }
                switch change {
                case .host: stream.request.authority = "new.test"
                case .header: stream.request.headers["x-tier"] = "gold"
                case .suspendedPath:
                    return .suspend {
                        _ = try await stream.callSide()
                        stream.request.path = "/new/x"
                        return .continue
                    }
                case .changedThenSuspended:
                    stream.request.path = "/new/x"
                    return .suspend { .continue }
                default: stream.request.path = "/new/x"
                }
                return .continue
            }
        )
    }

    @Test func aPathThatNoRouteMatchesIsNotFound() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { stream in
                        stream.request.path = "/none"
                        return .continue
                    }
                )
            ],
            routes: [TestRoute("x", prefix: "/x")]
        )
        let response = await gateway.send(TestRequest(.get, "/x"))
        #expect(response.status == 404)
        #expect(response.flags == ["NR"])
    }

    @Test func aFilterKeepsItsObjectWhenTheRouteIsSelectedAgain() async throws {
        let made = Journal()
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { stream in
                        stream.request.path = "/new/x"
                        return .suspend { .continue }
                    },
                    name: "a"
                ),
                .init(CountingFilter(made), name: "counts"),
            ],
            routes: Self.routes
        )
        await gateway.send(TestRequest(.get, "/old"))
        #expect(made.lines == ["made", "ended"])
    }
}

/// Notes the objects that it makes.
private final class CountingFilter: Filter {
    final class Stream: StreamEndHook {
        let journal: Journal
        init(_ journal: Journal) { self.journal = journal }
        func streamEnded(_ stream: StreamContext) { self.journal.note("ended") }
    }

    static let name = "counting"
    static let summary = "Counts its objects."
    let journal: Journal

    init(_ journal: Journal) { self.journal = journal }

    convenience init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) { self.init(Journal()) }

    func makeStream(_ stream: StreamContext) -> Stream? {
        self.journal.note("made")
        return Stream(self.journal)
    }
}
