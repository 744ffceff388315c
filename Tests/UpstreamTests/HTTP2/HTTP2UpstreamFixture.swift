import FilterAPI
import NIOCore
import TestSupport
import Testing

@testable import Upstream

/// A service that speaks HTTP/2, and the server behind it, frame by frame.
enum HTTP2UpstreamFixture {
    static func run(
        settings: [(UInt16, UInt32)]? = [],
        change: (inout ServiceDefinition) -> Void = { _ in },
        _ body: (UpstreamFixture, FrameUpstream) async throws -> Void
    ) async throws {
        let server = try await FrameUpstream.start(settings: settings)
        let address = try #require(server.address)
        var definition = ServiceDefinition(name: "s", source: .fixed([address]), wireProtocol: .grpc)
        change(&definition)
        try await UpstreamFixture.run(definition) { try await body($0, server) }
        await server.stop()
    }
}

extension FrameConnection {
    /// Answers a stream with 200 and these bytes.
    func answer(_ stream: UInt32, _ text: String = "ok") async throws {
        try await send(
            .headers(stream, HTTP2Text.section([(":status", "200")])),
            .data(stream, Array(text.utf8), endsStream: true)
        )
    }

    /// Waits until the service's settings are in force on the other side.
    func settled() async throws {
        try await frame { $0.kind == HTTP2TestFrame.Kind.settings && $0.flags == 1 }
    }
}
