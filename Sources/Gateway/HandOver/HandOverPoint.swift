import Downstream
import Logging

/// Where a gateway waits for its successor, to hand over its listening sockets.
///
/// The sockets are the same ones in both processes, so no connection that waits to be accepted is lost, and none is
/// refused.
final class HandOverPoint: Sendable {
    /// The sockets by purpose and name.
    typealias Sockets = [(purpose: ListeningSockets.Purpose, name: String, descriptor: CInt)]

    private let socket: UnixSocket
    private let task: Task<Void, Never>

    /// - Parameters:
    ///   - path: Where; only this user may connect.
    ///   - logger: Hears of those who failed to take over.
    ///   - sockets: Descriptors of their own, closed after use.
    ///   - release: Called once a successor is about to serve; accepts nothing more when it returns.
    ///   - succeeded: Called when the successor knows.
    init(
        at path: String,
        logger: Logger,
        sockets: @escaping @Sendable () async -> Sockets,
        release: @escaping @Sendable () async -> Void,
        succeeded: @escaping @Sendable () -> Void
    ) throws {
        let socket = try UnixSocket.listen(at: path)
        self.socket = socket
        self.task = Task.detached {
            while !Task.isCancelled {
                do {
                    let successor = try await onThread { try socket.accept() }
                    let handed = await sockets()
                    defer { for socket in handed { HandedSocket.close(socket.descriptor) } }
                    logger.info("handing over", metadata: ["sockets": "\(handed.count)"])
                    guard try await onThread({ try HandOverPoint.serve(successor, handed) }) else {
                        logger.warning("the successor ended before it served; this gateway goes on")
                        continue
                    }
                    await release()
                    // It goes on without the answer too, when this end is closed.
                    try? await onThread { try successor.send([Predecessor.released]) }
                    return succeeded()
                } catch {
                    if Task.isCancelled { return }
                    logger.warning("hand-over failed; this gateway goes on", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// Hands over, and waits for the successor to be about to serve, or to end.
    private static func serve(_ successor: UnixSocket, _ sockets: Sockets) throws -> Bool {
        let sockets = sockets.prefix(255)
        try successor.send(Predecessor.greeting + [UInt8(sockets.count)])
        for socket in sockets {
            try successor.send(UInt8(ascii: socket.purpose == .admin ? "A" : "L"), with: socket.descriptor)
            let name = Array(socket.name.utf8.prefix(255))
            try successor.send([UInt8(name.count)] + name)
        }
        return try successor.receive(1) == [Predecessor.ready]
    }

    /// Waits for nobody any more.
    func close() {
        self.task.cancel()
        self.socket.wake()
    }
}
