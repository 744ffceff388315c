import FilterAPI
import FilterTesting
import NIOCore
import Testing

/// A client that goes away at any moment leaves nothing behind.
@Suite struct ClientResetTests {
    /// A chain in which everything takes a second: both heads, both bodies, the upstream, work that outlives the stream.
    private func gateway(_ journal: Journal) throws -> TestGateway {
        let wait: HeadAnswer = { stream in
            .suspend {
                _ = try await stream.callSide()
                return .continue
            }
        }
        let waitForEnd: BodyAnswer = { _, end, stream in
            guard end else { return .continue }
            return .suspend {
                _ = try await stream.callSide()
                return .continue
            }
        }
        let gateway = try TestGateway(
            filters: [
                .init(HeadProbe("a", journal, request: wait, response: wait), name: "a"),
                .init(BodyProbe(request: waitForEnd, response: waitForEnd), name: "b"),
                .init(CollectProbe(request: 1000, response: 1000), name: "c"),
                .init(
                    HeadProbe("d") { stream in
                        stream.detach { _ = try? await stream.callSide() }
                        return .continue
                    },
                    name: "d"
                ),
            ]
        ) { _ in TestResponse(chunks: ["one", "two"], every: .seconds(1)).delayed(.seconds(1)) }
        gateway.http("side.static") { _ in TestResponse().delayed(.seconds(1)) }
        return gateway
    }

    @Test("a reset after so many half seconds", arguments: 0...20)
    func reset(after steps: Int) async throws {
        let journal = Journal()
        let gateway = try self.gateway(journal)
        let stream = await gateway.open(TestRequest(.post), hasBody: true)
        for step in 0..<steps {
            if step == 3 { await stream.send("part") }
            if step == 5 { await stream.end() }
            await gateway.advance(by: .milliseconds(500))
        }
        let wasFinished = stream.isFinished
        await stream.reset()
        #expect(stream.isFinished)
        #expect(gateway.liveStreams == 0)
        #expect(gateway.liveOperations == 0)
        #expect(gateway.liveExchanges == 0)
        await gateway.advance(by: .seconds(1))
        #expect(gateway.liveDetached == 0)
        #expect(journal.count("a ended") == 1)
        #expect(journal.count("a log") == 1)
        #expect(stream.received.flags == (wasFinished ? [] : ["DC"]))
    }

    @Test func theExchangeEndsByItselfWithoutAReset() async throws {
        let gateway = try self.gateway(Journal())
        let response = await gateway.send(TestRequest(.post, body: "part"))
        #expect(response.text == "onetwo")
        #expect(response.record.duration == 7_000_000_000)
    }

    @Test func theUpstreamFinishesForFiltersThatWantIt() async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { stream in
                        stream.completeOnDisconnect()
                        return .continue
                    },
                    name: "a"
                ),
                .init(ObserverProbe(journal), name: "b"),
            ]
        ) { _ in TestResponse(chunks: ["one", "two"], every: .seconds(1)) }
        let stream = await gateway.open(TestRequest())
        await stream.reset()
        #expect(gateway.liveStreams == 1)
        let response = await stream.response()
        #expect(journal.lines == ["request  end", "response one", "response two", "response  end"])
        #expect(response.flags == ["DC"])
        #expect(gateway.isIdle)
    }
}
