import FilterAPI
import FilterTesting
import NIOCore
import Testing

/// Back-pressure in both directions: memory of a stream stays bounded, also for local responses.
@Suite struct Semantics05BackPressureTests {
    static let size = 10 << 20
    static let part = 16 * 1024
    /// What may wait: the connection's 64 KiB, the stream's 64 KiB, and one part.
    static let bound = 2 * 64 * 1024 + 64 * 1024

    @Test func aSlowClientHoldsTheUpstream() async throws {
        let gateway = try TestGateway(filters: [.init(HeadProbe("a"))]) { _ in
            var response = TestResponse(bytes: ByteBuffer(repeating: 0x61, count: Self.size))
            response.chunking = .bytes(Self.part)
            return response
        }
        let slow = await gateway.open(TestRequest(), readsPaused: true)
        #expect(gateway.upstreamBytesSent <= Self.bound)
        await self.drain(slow) { #expect(gateway.upstreamBytesSent - slow.readBytes <= Self.bound) }
    }

    @Test func aFilterThatHoldsTheResponseHoldsTheUpstream() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    ObserverProbe(
                        Journal(),
                        response: { _, end, stream in
                            end
                                ? .continue
                                : .suspend {
                                    _ = try await stream.callSide()
                                    return .continue
                                }
                        }
                    )
                )
            ]
        ) { _ in
            var response = TestResponse(bytes: ByteBuffer(repeating: 0x61, count: 1 << 20))
            response.chunking = .bytes(Self.part)
            return response
        }
        gateway.http("side.static") { _ in TestResponse().delayed(.seconds(1)) }
        let stream = await gateway.open(TestRequest())
        while !stream.isFinished {
            #expect(gateway.upstreamBytesSent - stream.readBytes <= 64 * 1024 + 2 * Self.part)
            await gateway.advance(by: .seconds(1))
        }
        #expect(stream.received.body.readableBytes == 1 << 20)
    }

    @Test func aSlowClientBoundsALocalResponseOfBytes() async throws {
        let body = ByteBuffer(repeating: 0x62, count: Self.size)
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { _ in .respond(LocalResponse(status: 200, body: .bytes(body), detail: "probe.long"))
                    }
                )
            ]
        )
        let slow = await gateway.open(TestRequest(), readsPaused: true)
        await self.drain(slow) {}
        #expect(slow.peakUnreadBytes <= 2 * 64 * 1024)
    }

    @Test func aSlowClientHoldsTheMakerOfALocalResponse() async throws {
        let made = MetricRegistry().counter("made", "Bytes made.")
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { _ in
                        let producer: LocalResponse.Producer = {
                            guard made.value < Self.size else { return nil }
                            made.increment(by: Self.part)
                            return ByteBuffer(repeating: 0x63, count: Self.part)
                        }
                        return .respond(LocalResponse(status: 200, body: .stream(producer), detail: "probe.stream"))
                    }
                )
            ]
        )
        let slow = await gateway.open(TestRequest(), readsPaused: true)
        #expect(made.value <= Self.bound)
        await self.drain(slow) { #expect(made.value - slow.readBytes <= Self.bound) }
    }

    @Test func aSlowUpstreamHoldsTheClient() async throws {
        let gateway = try TestGateway(filters: [.init(HeadProbe("a"))])
        await gateway.pauseUpstream()
        let stream = await gateway.open(TestRequest(.post), hasBody: true)
        for _ in 0..<64 { await stream.send(ByteBuffer(repeating: 0x64, count: Self.part)) }
        #expect(stream.unsentBytes >= 64 * Self.part - Self.bound)
        await stream.end()
        await gateway.resumeUpstream()
        let response = await stream.response()
        #expect(response.status == 200)
        #expect(gateway.upstreamRequests[0].body.readableBytes == 64 * Self.part)
    }

    @Test func aFilterThatHoldsTheRequestHoldsTheClient() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { stream in
                        .suspend {
                            _ = try await stream.callSide()
                            return .continue
                        }
                    }
                )
            ]
        )
        gateway.http("side.static") { _ in TestResponse().delayed(.seconds(5)) }
        let stream = await gateway.open(TestRequest(.post), hasBody: true)
        for _ in 0..<64 { await stream.send(ByteBuffer(repeating: 0x64, count: Self.part)) }
        #expect(stream.unsentBytes >= 64 * Self.part - 64 * 1024 - Self.part)
        await stream.end()
        #expect(await stream.response().status == 200)
        #expect(gateway.upstreamRequests[0].body.readableBytes == 64 * Self.part)
    }

    private func drain(_ stream: TestStream, _ check: () -> Void) async {
        var rounds = 0
        while !(stream.isFinished && stream.unreadBytes == 0), rounds < 10_000 {
            await stream.read(bytes: 48 * 1024)
            check()
            rounds += 1
        }
        await stream.resumeReading()
        #expect(stream.received.body.readableBytes == Self.size)
        #expect(stream.received.isComplete)
    }
}
