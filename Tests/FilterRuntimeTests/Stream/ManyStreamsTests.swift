import FilterAPI
import FilterTesting
import NIOCore
import Testing

/// One gateway carries many streams, one after the other and at once.
@Suite struct ManyStreamsTests {
    @Test func streamsAtOnceDoNotDisturbEachOther() async throws {
        let journal = Journal()
        let gateway = try TestGateway(filters: [.init(HeadProbe("a", journal)), .init(CollectProbe(request: 100))]) {
            TestResponse(body: $0.text).delayed(.seconds($0.text.utf8.count))
        }
        var streams: [TestStream] = []
        for index in 1...20 {
            let stream = await gateway.open(TestRequest(.post), hasBody: true)
            await stream.send(String(repeating: "x", count: index))
            streams.append(stream)
        }
        #expect(gateway.liveStreams == 20)
        for stream in streams.reversed() { await stream.end() }
        for (index, stream) in streams.enumerated() {
            #expect(await stream.response().text == String(repeating: "x", count: index + 1))
        }
        #expect(journal.count("a ended") == 20)
        #expect(gateway.isIdle)
    }
}
