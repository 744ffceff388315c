import FilterAPI
import FilterTesting
import NIOCore
import Testing
import Upstream

/// A redirect of a service that is followed inside: the request begins again at its route, through all filters.
@Suite struct RedirectTests {
    private static let every: Set = [301, 302, 303, 307, 308]

    /// Routes whose names are their prefixes; those to `/from` and `/again` follow redirects.
    private static func routes(
        _ policy: InternalRedirect = InternalRedirect(statuses: every),
        target: [String: TestRoute.Say] = [:]
    ) -> [TestRoute] {
        var from = TestRoute("from", prefix: "/from", service: "from.static")
        var again = TestRoute("again", prefix: "/again", service: "again.static")
        from.internalRedirect = policy
        again.internalRedirect = policy
        return [from, again, TestRoute("to", prefix: "/to", service: "to.static", filters: target)]
    }

    private static func gateway(
        _ filters: [TestFilter] = [],
        _ policy: InternalRedirect = InternalRedirect(statuses: every),
        target: [String: TestRoute.Say] = [:],
        limits: TestLimits = TestLimits(),
        chunking: Chunking = .whole,
        redirect: TestResponse
    ) throws -> TestGateway {
        let routes = self.routes(policy, target: target)
        let gateway = try TestGateway(filters: filters, routes: routes, limits: limits, chunking: chunking)
        gateway.http("from.static") { _ in redirect }
        gateway.http("to.static") { TestResponse(body: "\($0.method.rawValue) \($0.path) \($0.text)") }
        return gateway
    }

    private static func redirect(_ status: Int = 302, to location: String = "/to/x?y=z") -> TestResponse {
        TestResponse(status: status, headers: [.location: location, .setCookie: "a=b"], body: "moved")
    }

    @Test func theRequestPassesAllFiltersOnceMore() async throws {
        let journal = Journal()
        let gateway = try Self.gateway(
            [.init(HeadProbe("a", journal), name: "a"), .init(HeadProbe("b", journal), name: "b")],
            redirect: Self.redirect()
        )
        let response = await gateway.send(TestRequest(.get, "/from"))
        #expect(response.status == 200 && response.text == "GET /to/x?y=z ")
        #expect(!response.headers.contains(.setCookie) && !response.headers.contains(.location))
        let first = ["a request", "b request", "b ended", "a ended"]
        let second = ["a request", "b request", "b response", "a response", "b ended", "a ended", "b log", "a log"]
        #expect(journal.lines == first + second)
        #expect(gateway.upstreamRequests.map(\.service) == ["from.static", "to.static"])
        #expect(
            gateway.upstreamRequests.map { $0.headers["x-envoy-original-url"] } == [nil, "http://gateway.test/from"]
        )
        #expect(response.details == "internal_redirect" && response.flags == ["IR"])
        #expect(response.route == "to" && response.record.upstreamCluster == "to.static")
        #expect(gateway.isIdle)
    }

    @Test func whatTheTargetsRouteSaysOfAFilterHolds() async throws {
        let guarding = HeadProbe("guard") { $0.routeName == "to" ? .respond(.refusal(401)) : .continue }
        let gateway = try Self.gateway([.init(guarding, name: "guard")], redirect: Self.redirect())
        let response = await gateway.send(TestRequest(.get, "/from"))
        #expect(response.status == 401 && response.details == "probe.refused" && response.flags == ["IR"])
        #expect(gateway.upstreamRequests.map(\.service) == ["from.static"])
        let open = try Self.gateway(
            [.init(HeadProbe("guard") { _ in .respond(.refusal(401)) }, name: "guard")],
            target: ["guard": .disabled],
            redirect: Self.redirect()
        )
        #expect(await open.send(TestRequest(.get, "/to")).status == 200)
        #expect(await open.send(TestRequest(.get, "/from")).status == 401)
    }

    /// The second time is as the first: nothing that filters did to the request, or left on the stream, is there.
    @Test func filtersFindTheRequestAsTheClientSentIt() async throws {
        let changing = HeadProbe("changes") { stream in
            #expect(stream.request.headers["authorization"] == "secret")
            #expect(stream.request.headers.values(of: "x-a") == ["client"])
            #expect(stream.consumer == nil && stream.aiLog.isEmpty && stream.attributes[.mark] == nil)
            stream.request.headers.remove("authorization")
            stream.request.headers.add("x-a", "filter")
            stream.consumer = "alice"
            stream.attributes[.mark] = true
            stream.setAILog("route", .string(stream.routeName ?? ""))
            stream.skip(filter: "skipped")
            return .suspend { .continue }
        }
        let journal = Journal()
        let gateway = try Self.gateway(
            [.init(changing, name: "changing"), .init(HeadProbe("skipped", journal), name: "skipped")],
            redirect: Self.redirect()
        )
        let fields: HeaderFields = ["authorization": "secret", "x-a": "client", "x-envoy-original-url": "forged"]
        let response = await gateway.send(TestRequest(.get, "/from", headers: fields))
        #expect(response.status == 200 && response.consumer == "alice")
        #expect(response.aiLog == ["route": .string("to")])
        #expect(
            gateway.upstreamRequests.map { $0.headers.values(of: "x-a") } == [
                ["client", "filter"], ["client", "filter"],
            ]
        )
        #expect(
            gateway.upstreamRequests.map { $0.headers["x-envoy-original-url"] } == [nil, "http://gateway.test/from"]
        )
        #expect(journal.lines == ["skipped ended", "skipped ended"])
    }

    @Test("the body goes again whole", arguments: [301, 302, 307, 308], [Chunking.whole, .bytes(7), .random(seed: 3)])
    func body(status: Int, chunking: Chunking) async throws {
        let text = String(repeating: "0123456789", count: 100)
        let gateway = try Self.gateway(chunking: chunking, redirect: Self.redirect(status))
        for request in [
            TestRequest(.post, "/from", body: text),
            TestRequest(.post, "/from", body: text, trailers: ["x-sum": "1"]),
        ] {
            let response = await gateway.send(request)
            #expect(response.text == "POST /to/x?y=z \(text)")
        }
        #expect(gateway.upstreamRequests.map(\.text) == [text, text, text, text])
        #expect(gateway.upstreamRequests.map { $0.trailers?["x-sum"] } == [nil, nil, "1", "1"])
        #expect(gateway.upstreamRequests.map(\.framing) == [.length(1000), .length(1000), .chunked, .chunked])
    }

    @Test func filtersThatCollectGetTheBodyAgain() async throws {
        let journal = Journal()
        let collecting = CollectProbe(
            request: 100,
            onRequest: { body, stream in
                journal.note("\(stream.routeName ?? ""): \(String(buffer: body))")
                body = ByteBuffer(string: "changed")
                return .continue
            }
        )
        let gateway = try Self.gateway([.init(collecting)], chunking: .bytes(2), redirect: Self.redirect(307))
        let response = await gateway.send(TestRequest(.post, "/from", body: "body"))
        #expect(response.text == "POST /to/x?y=z changed")
        #expect(journal.lines == ["from: body", "to: body"])
    }

    @Test func afterSeeOtherTheRequestHasNoBody() async throws {
        let gateway = try Self.gateway(redirect: Self.redirect(303))
        let fields: HeaderFields = ["content-type": "text/plain"]
        let response = await gateway.send(TestRequest(.post, "/from", headers: fields, body: "body"))
        #expect(response.text == "GET /to/x?y=z ")
        let last = try #require(gateway.upstreamRequests.last)
        #expect(last.framing == .none && !last.headers.contains(.contentType) && !last.headers.contains(.contentLength))
    }

    @Test func aHEADStaysOne() async throws {
        let gateway = try Self.gateway(redirect: Self.redirect(303))
        let response = await gateway.send(TestRequest(.head, "/from"))
        #expect(response.status == 200 && response.text.isEmpty)
        #expect(gateway.upstreamRequests.map(\.method) == [.head, .head])
    }

    @Test(
        "an answer that is not followed goes to the client",
        arguments: [
            TestResponse(status: 304, headers: [.location: "/to"]), TestResponse(status: 302),
            Self.redirect(to: "http://other.test/to"), Self.redirect(to: "https://gateway.test/to"),
            Self.redirect(to: "http://user@gateway.test/to"), Self.redirect(to: "ftp://gateway.test/to"),
            // No route takes it, and it is what was asked for already.
            Self.redirect(to: "/none"), Self.redirect(to: "/from"), Self.redirect(to: "http://GATEWAY.test/from#part"),
        ]
    )
    func passedOn(redirect: TestResponse) async throws {
        let journal = Journal()
        let gateway = try Self.gateway([.init(HeadProbe("a", journal), name: "a")], redirect: redirect)
        let response = await gateway.send(TestRequest(.get, "/from"))
        #expect(response.status == redirect.status && response.headers[.location] == redirect.headers[.location])
        #expect(response.details == "via_upstream" && response.flags.isEmpty)
        #expect(journal.lines == ["a request", "a response", "a ended", "a log"])
    }

    @Test func aRouteThatDoesNotAskForItPassesRedirectsOn() async throws {
        let gateway = try Self.gateway(redirect: Self.redirect())
        gateway.http("to.static") { _ in Self.redirect(to: "/from") }
        let response = await gateway.send(TestRequest(.get, "/to"))
        #expect(response.status == 302 && response.headers[.location] == "/from")
    }

    /// How many redirects are allowed, and the targets that are asked for.
    @Test(arguments: [(1, ["/from", "/again"]), (2, ["/from", "/again", "/to"])])
    func soManyAndNoMore(maximum: Int, paths: [String]) async throws {
        let policy = InternalRedirect(maximum: maximum)
        let gateway = try Self.gateway([], policy, redirect: Self.redirect(to: "/again"))
        gateway.http("again.static") { _ in Self.redirect(to: "/to") }
        let response = await gateway.send(TestRequest(.get, "/from"))
        #expect(gateway.upstreamRequests.map(\.path) == paths)
        #expect(response.status == (maximum == 1 ? 302 : 200))
        #expect(response.details == "internal_redirect" && response.flags == ["IR"])
        let original = gateway.upstreamRequests.last?.headers.values(of: "x-envoy-original-url")
        #expect(original == ["http://gateway.test/from"])
    }

    @Test func aCircleEndsWhereItCloses() async throws {
        let gateway = try Self.gateway([], InternalRedirect(maximum: 10), redirect: Self.redirect(to: "/again"))
        gateway.http("again.static") { _ in Self.redirect(to: "/from") }
        let response = await gateway.send(TestRequest(.get, "/from"))
        #expect(response.status == 302 && response.headers[.location] == "/from")
        #expect(gateway.upstreamRequests.map(\.path) == ["/from", "/again"])
    }

    @Test func aLongBodyIsNotSentAgain() async throws {
        let gateway = try Self.gateway(limits: TestLimits(buffer: 1000), redirect: Self.redirect(307))
        let fitting = TestRequest(.post, "/from", body: String(repeating: "x", count: 1000))
        #expect(await gateway.send(fitting).status == 200)
        let longer = TestRequest(.post, "/from", body: String(repeating: "x", count: 1001))
        let response = await gateway.send(longer)
        #expect(response.status == 307 && response.details == "via_upstream")
    }

    @Test func anAnswerBeforeTheEndOfTheRequestIsPassedOn() async throws {
        let gateway = try Self.gateway(redirect: Self.redirect(307))
        gateway.http("from.static").answersBeforeBody = true
        let stream = await gateway.open(TestRequest(.post, "/from"), hasBody: true)
        await stream.send("some")
        await gateway.settle()
        await stream.end()
        #expect(await stream.response().status == 307)
    }

    @Test func aLongAnswerIsGivenUpForTheNextOne() async throws {
        let part = String(repeating: "x", count: 40_000)
        for long in [
            TestResponse(status: 302, headers: [.location: "/to"], chunks: [part, part, part]),
            TestResponse(status: 302, headers: [.location: "/to"], body: part + part),
        ] {
            let gateway = try Self.gateway(redirect: long)
            let response = await gateway.send(TestRequest(.get, "/from"))
            #expect(response.status == 200 && response.text == "GET /to ")
            #expect(gateway.upstreamRequests.map(\.isCancelled) == [true, false])
            #expect(gateway.isIdle)
        }
    }

    @Test func anAnswerThatBreaksOffHasSaidEnough() async throws {
        let gateway = try Self.gateway(redirect: Self.redirect().reset(after: 2))
        let response = await gateway.send(TestRequest(.get, "/from"))
        #expect(response.status == 200 && response.flags == ["IR"])
    }

    @Test func aClientThatLeavesMeanwhileEndsIt() async throws {
        let journal = Journal()
        let gateway = try Self.gateway(
            [.init(HeadProbe("a", journal), name: "a")],
            redirect: TestResponse(status: 302, headers: [.location: "/to"], chunks: ["a", "b"], every: .seconds(1))
        )
        let stream = await gateway.open(TestRequest(.get, "/from"))
        await gateway.settle()
        await stream.reset()
        #expect(gateway.isIdle)
        #expect(gateway.upstreamRequests.map(\.path) == ["/from"])
        #expect(journal.lines == ["a request", "a ended", "a log"])
    }

    @Test func theQueryOfAClientThatHidesSecretsIsNotShown() async throws {
        let gateway = try Self.gateway([.init(MaskingFilter())], redirect: Self.redirect())
        await gateway.send(TestRequest(.get, "/from?key=secret"))
        let original = gateway.upstreamRequests.last?.headers["x-envoy-original-url"]
        #expect(original == "http://gateway.test/from")
    }
}

extension AttributeKey where Value == Bool {
    fileprivate static var mark: AttributeKey<Bool> { AttributeKey("mark") }
}

/// Takes a secret from the query.
private final class MaskingFilter: Filter, RequestHeadHook {
    static let name = "masking"
    static let summary = "Takes a secret from the query."

    init() {}

    convenience init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) { self.init() }

    func makeStream(_ stream: StreamContext) -> MaskingFilter? {
        stream.maskQueryParameters(["key"])
        return self
    }

    func requestHead(_ stream: StreamContext) -> FilterAction { .continue }
}
