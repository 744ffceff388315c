import FilterAPI
import FilterTesting
import Testing

/// Typed attributes of a stream; the access log sees them.
@Suite struct Semantics11AttributeTests {
    static let tenant = AttributeKey<String>("tenant")
    static let level = AttributeKey<Int>("tenant")

    @Test func filtersAndLogSeeWhatEarlierFiltersLeft() async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { stream in
                        stream.attributes[Self.tenant] = "acme"
                        stream.attributes[Self.level] = 3
                        stream.consumer = "alice"
                        stream.setAILog("model", "m1")
                        stream.setAILog("model", "m2")
                        return .continue
                    },
                    name: "a"
                ),
                .init(
                    HeadProbe("b") { stream in
                        journal.note("\(stream.attributes[Self.tenant] ?? "-") \(stream.attributes[Self.level] ?? 0)")
                        return .continue
                    },
                    name: "b"
                ),
            ]
        )
        let response = await gateway.send(TestRequest())
        #expect(journal.lines == ["acme 3"])
        #expect(response.attribute(Self.tenant) == "acme")
        #expect(response.consumer == "alice")
        #expect(response.aiLog == ["model": "m2"])
    }

    @Test("a skipped filter is out of both ways, by its own or its entry's name", arguments: ["b", "head-probe"])
    func skipped(name: String) async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { stream in
                        stream.skip(filter: name)
                        return .continue
                    },
                    name: "a"
                ),
                .init(HeadProbe("b", journal), name: "b"),
            ]
        )
        let response = await gateway.send(TestRequest(.post, body: "body"))
        #expect(response.status == 200)
        #expect(journal.lines == ["b ended"])
    }
}
