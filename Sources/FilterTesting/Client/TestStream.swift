public import FilterAPI
public import NIOCore

/// A stream that a test drives step by step.
///
/// Each call returns when the gateway has done all that it can do without time passing.
public struct TestStream: Sendable {
    /// What the client sees, as it reads it; ends with the stream.
    public let events: AsyncStream<TestEvent>
    private let core: GatewayCore
    private let client: ClientBox

    /// Carries the client to the event loop, the only place where it is used.
    struct ClientBox: @unchecked Sendable {
        let value: TestClient
    }

    init(events: AsyncStream<TestEvent>, core: GatewayCore, client: TestClient) {
        self.events = events
        self.core = core
        self.client = ClientBox(value: client)
    }

    /// Sends a part of the body.
    public func send(_ part: String) async { await self.send(ByteBuffer(string: part)) }

    /// Sends a part of the body.
    public func send(_ part: ByteBuffer) async {
        await self.core.eventLoop.run { self.client.value.sendBody(part) }
    }

    /// Ends the request.
    public func end(trailers: HeaderFields? = nil) async {
        await self.core.eventLoop.run { self.client.value.finishRequest(trailers: trailers) }
    }

    /// Goes away, as a client that closes its connection or resets its HTTP/2 stream does.
    public func reset() async {
        await self.core.eventLoop.run { self.client.value.resetStream() }
    }

    /// Stops reading the response: 64 KiB later the connection takes no more.
    public func pauseReading() async {
        await self.core.eventLoop.run { self.client.value.pauseReading() }
    }

    /// Reads up to so many bytes of what waits, in whole parts, and stays paused.
    public func read(bytes: Int) async {
        await self.core.eventLoop.run { self.client.value.read(bytes: bytes) }
    }

    /// Reads all that waits, and on.
    public func resumeReading() async {
        await self.core.eventLoop.run { self.client.value.resumeReading() }
    }

    /// Waits until the stream has ended; time passes when nothing else is left to do.
    ///
    /// While reading is paused only what was read is in the response.
    @discardableResult
    public func response() async -> ReceivedResponse {
        await self.core.runUntil { self.client.value.isFinished }
        return self.received
    }

    /// What the client has read so far.
    public var received: ReceivedResponse { self.core.eventLoop.read { self.client.value.response } }
    /// Whether the gateway has ended the stream.
    public var isFinished: Bool { self.core.eventLoop.read { self.client.value.isFinished } }
    /// Bytes of the request's body that the gateway does not take yet.
    public var unsentBytes: Int { self.core.eventLoop.read { self.client.value.unsentBytes } }
    /// Bytes of the response's body that the gateway has sent and the client has not read.
    public var unreadBytes: Int { self.core.eventLoop.read { self.client.value.unreadBytes } }
    /// The most that ``unreadBytes`` ever was.
    public var peakUnreadBytes: Int { self.core.eventLoop.read { self.client.value.peakUnreadBytes } }
    /// Bytes of the response's body that the client has read.
    public var readBytes: Int { self.core.eventLoop.read { self.client.value.readBytes } }
}
