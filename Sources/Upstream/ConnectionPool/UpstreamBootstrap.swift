import NIOCore
import NIOPosix

/// Opens sockets to endpoints.
enum UpstreamBootstrap {
    /// Connects; the connection tells its attempt when it is ready or has failed. The attempt bounds the time.
    static func connect(_ connection: any EndpointConnection, client: ServiceClient) {
        let eventLoop = client.eventLoop
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        let service = client.service
        ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(bounded: service.definition.connectTimeout))
            .channelOption(.writeBufferWaterMark, value: .init(low: 32 << 10, high: 64 << 10))
            // One part at a time: several would all be held by a client that reads none of them.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard hasRoom(for: channel, below: service.descriptorCeiling) else { throw DescriptorShortage() }
                    let pipeline = channel.pipeline.syncOperations
                    if let tls = try service.makeTLSHandler() { try pipeline.addHandler(tls) }
                    try bound.value.addHandlers(to: pipeline)
                }
            }
            .connect(to: connection.endpoint.address)
            .whenFailure { bound.value.openFailed($0) }
    }
}

/// Whether the number of a connection's descriptor is below `ceiling`: the system gives the lowest that is free.
private func hasRoom(for channel: any Channel, below ceiling: Int) -> Bool {
    guard ceiling < .max else { return true }
    let isBelow = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
        Int($0) < ceiling
    }
    return isBelow ?? true
}
