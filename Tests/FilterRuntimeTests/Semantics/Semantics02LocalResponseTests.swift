import FilterAPI
import FilterTesting
import NIOCore
import Testing

/// A local response passes the response hooks of all filters exactly once, also of those that never saw the request.
@Suite struct Semantics02LocalResponseTests {
    @Test("each filter sees it once, whichever filter answers", arguments: 0..<3)
    func allFiltersOnce(answering: Int) async throws {
        let journal = Journal()
        let filters = (0..<3).map { index in
            HeadProbe("f\(index)", journal) { _ in index == answering ? .respond(.refusal()) : .continue }
        }
        let gateway = try TestGateway(filters: filters.enumerated().map { .init($1, name: "f\($0)") })
        let response = await gateway.send(TestRequest(.post, body: "body"))
        #expect(response.status == 403)
        #expect(response.text == "no")
        #expect(response.origin == .filter("f\(answering)"))
        #expect(response.details == "probe.refused")
        for index in 0..<3 {
            #expect(journal.count("f\(index) response") == 1)
            #expect(journal.count("f\(index) request") == (index <= answering ? 1 : 0))
        }
        #expect(gateway.upstreamRequests.isEmpty)
        #expect(gateway.isIdle)
    }

    @Test func aResponseHookMayAnswerInstead() async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            filters: [
                .init(HeadProbe("outer", journal), name: "outer"),
                .init(HeadProbe("answers", journal, response: { _ in .respond(.refusal(418)) }), name: "answers"),
                .init(HeadProbe("inner", journal), name: "inner"),
            ]
        ) { _ in TestResponse(chunks: ["upstream", "body"]) }
        let response = await gateway.send(TestRequest())
        #expect(response.status == 418)
        #expect(response.text == "no")
        #expect(response.origin == .filter("answers"))
        for label in ["outer", "answers", "inner"] { #expect(journal.count("\(label) response") == 1) }
        #expect(gateway.upstreamRequests[0].isCancelled)
        #expect(gateway.isIdle)
    }

    @Test func aLongAnswerOfAResponseHookArrivesWhole() async throws {
        let long = ByteBuffer(repeating: 0x61, count: 1 << 20)
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe(
                        "answers",
                        response: { _ in .respond(LocalResponse(status: 200, body: .bytes(long), detail: "probe.long"))
                        }
                    )
                )
            ]
        )
        let response = await gateway.send(TestRequest())
        #expect(response.body == long)
        #expect(response.isComplete)
    }

    @Test func aLongAnswerArrivesWholeThoughAFilterHeldItsHead() async throws {
        let long = ByteBuffer(repeating: 0x61, count: 1 << 20)
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe(
                        "holds",
                        response: { stream in
                            .suspend {
                                _ = try await stream.callSide(); return .continue
                            }
                        }
                    ),
                    name: "holds"
                ),
                .init(
                    HeadProbe("answers") { _ in
                        .respond(LocalResponse(status: 200, body: .bytes(long), detail: "probe.long"))
                    },
                    name: "answers"
                ),
            ]
        )
        gateway.http("side.static") { _ in TestResponse().delayed(.seconds(1)) }
        let response = await gateway.send(TestRequest())
        #expect(response.body == long)
    }

    @Test func afterTheHeadWentOutTheStreamIsReset() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    BodyProbe(response: { chunk, _, _ in chunk.readableBytes == 1 ? .respond(.refusal()) : .continue })
                )
            ]
        ) { _ in TestResponse(chunks: ["ab", "c", "de"]) }
        let response = await gateway.send(TestRequest())
        #expect(response.status == 200)
        #expect(response.text == "ab")
        #expect(response.isReset)
        #expect(!response.isComplete)
        #expect(response.details == "probe.refused")
        let late = gateway.log.filter { $0.message == "filter answered when the response had begun" }
        #expect(late.map { $0.metadata["filter"] } == ["body-probe"])
        #expect(gateway.isIdle)
    }

    @Test func aFilterThatAnswersTwiceIsNamedAndAnswersOnce() async throws {
        let filter = HeadProbe(
            "a",
            request: { _ in .respond(.refusal(401, "first")) },
            response: { _ in .respond(.refusal(403, "second")) }
        )
        let gateway = try TestGateway(filters: [.init(filter, name: "twice")])
        let response = await gateway.send(TestRequest())
        #expect(response.status == 403)
        #expect(response.text == "second")
        #expect(response.isComplete)
        #expect(gateway.log.filter { $0.message == "filter answered twice" }.map { $0.metadata["filter"] } == ["twice"])
        #expect(gateway.isIdle)
    }

    @Test func aReplacedAnswersLateBodyDoesNotDisturbTheNewOne() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe(
                        "replaces",
                        response: { stream in
                            .suspend {
                                _ = try await stream.callSide()
                                return .respond(.refusal(409, "replaced"))
                            }
                        }
                    ),
                    name: "replaces"
                ),
                .init(
                    HeadProbe("streams") { _ in
                        let never: LocalResponse.Producer = {
                            try await Task.sleep(for: .seconds(3600))
                            return ByteBuffer(string: "never")
                        }
                        return .respond(LocalResponse(status: 200, body: .stream(never), detail: "probe.stream"))
                    },
                    name: "streams"
                ),
            ]
        )
        gateway.http("side.static") { _ in TestResponse().delayed(.seconds(1)) }
        let response = await gateway.send(TestRequest())
        #expect(response.status == 409)
        #expect(response.text == "replaced")
        #expect(response.isComplete)
    }

    @Test func whoseFieldsEveryAnswerHasSeesTheOneInAnothersPlaceToo() async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            filters: [
                .init(FieldsProbe("outer", journal), name: "outer"),
                .init(HeadProbe("again", journal, response: { _ in .respond(.refusal(409)) }), name: "again"),
                .init(FieldsProbe("middle", journal), name: "middle"),
                .init(HeadProbe("answers", journal, response: { _ in .respond(.refusal(418)) }), name: "answers"),
                .init(HeadProbe("sees", journal), name: "sees"),
                .init(FieldsProbe("inner", journal), name: "inner"),
            ]
        ) { _ in TestResponse(headers: ["x-upstream": "1"], chunks: ["upstream", "body"]) }
        let response = await gateway.send(TestRequest())
        #expect(response.status == 409 && response.text == "no" && response.isComplete)
        for name: HeaderName in ["x-outer", "x-middle", "x-inner"] {
            #expect(response.headers.values(of: name) == ["1"])
        }
        #expect(response.headers["x-upstream"] == nil)
        // Twice answered anew, so the innermost has seen three heads; a filter of another kind sees one.
        let counts = ["inner": 3, "sees": 1, "answers": 1, "middle": 2, "again": 1, "outer": 1]
        for (label, count) in counts { #expect(journal.count("\(label) response") == count, "\(label)") }
        #expect(gateway.isIdle)
    }

    /// What a filter does with the second head that it sees, the status that the client gets, and the detail.
    @Test(
        arguments: [
            ("throws", 500, "filter_error{inner}"), ("collects", 500, "filter_error{inner}"),
            ("leaves no status", 502, "required_header_missing{:status,inner}"),
        ]
    )
    func whoSpoilsASecondHeadGetsNoThird(_ fault: String, _ status: Int, _ detail: String) async throws {
        let journal = Journal()
        let inner = FieldsProbe("inner", journal) { stream in
            guard journal.count("inner response") > 1 else { return .continue }
            switch fault {
            case "throws": throw Spoilt()
            case "collects": return .collect(limit: 10)
            default: stream.response.status = 42
            }
            return .continue
        }
        let gateway = try TestGateway(
            filters: [
                .init(HeadProbe("answers", journal, response: { _ in .respond(.refusal(418)) }), name: "answers"),
                .init(FieldsProbe("middle", journal), name: "middle"),
                .init(inner, name: "inner"),
                .init(FieldsProbe("innermost", journal), name: "innermost"),
            ]
        )
        let response = await gateway.send(TestRequest())
        #expect(response.status == status && response.details == detail && response.isComplete)
        #expect(journal.count("inner response") == 2 && journal.count("answers response") == 1)
        #expect(response.headers["x-innermost"] == "1")
        #expect(gateway.isIdle)
    }
}

private struct Spoilt: Error {}

/// Gives every answer the field `x-LABEL`, and notes it.
private final class FieldsProbe: Filter, ResponseFieldsHook {
    static let name = "fields-probe"
    static let summary = "Gives every answer a field."

    let label: String
    let journal: Journal
    let onResponse: HeadAnswer

    init(_ label: String, _ journal: Journal, response: @escaping HeadAnswer = { _ in .continue }) {
        self.label = label
        self.journal = journal
        self.onResponse = response
    }

    convenience init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) {
        self.init(environment.name, Journal())
    }

    func responseHead(_ stream: StreamContext) throws -> FilterAction {
        self.journal.note("\(self.label) response")
        stream.response.headers.add(HeaderName("x-\(self.label)"), "1")
        return try self.onResponse(stream)
    }
}
