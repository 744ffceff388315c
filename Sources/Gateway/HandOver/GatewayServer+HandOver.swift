import Downstream
import Logging
import NIOCore
import Synchronization

// Giving the place to another process.
extension GatewayServer {
    /// Waits at a path for a successor: it gets the listening sockets, and once it serves, this gateway accepts nothing
    /// more and drains. Ends with the gateway.
    ///
    /// - Parameter path: Of a Unix socket; only this user may connect to it. A socket that was there before goes.
    /// - Throws: Why nobody can connect there, such as a file that is there and no socket; it stays.
    public func awaitSuccessor(at path: String) throws {
        let point = try HandOverPoint(
            at: path,
            logger: self.surroundings.logger,
            sockets: { [weak self] in await self?.duplicateSockets() ?? [] },
            release: { [weak self] in await self?.release() },
            succeeded: { [weak self] in
                guard let self else { return }
                Task { await self.drain() }
            }
        )
        let isLate = self.state.withLock { state in
            if !state.isDraining { state.handOver = point }
            return state.isDraining
        }
        if isLate { return point.close() }
        self.surroundings.logger.info("awaiting a successor", metadata: ["path": "\(path)"])
    }

    private func duplicateSockets() async -> HandOverPoint.Sockets {
        var sockets: HandOverPoint.Sockets = []
        for open in self.openListeners {
            let copies = (try? await open.listener.duplicateSockets()) ?? []
            sockets += copies.map { (.listener, open.listener.name, $0) }
        }
        if let copy = try? await self.state.withLock({ $0.admin })?.duplicateSocket() {
            sockets.append((.admin, "admin", copy))
        }
        return sockets
    }

    /// Accepts nothing more.
    private func release() async {
        self.surroundings.logger.info("the successor serves; draining")
        self.announceDrain()
        let admin = self.state.withLock { state in
            defer { state.admin = nil }
            return state.admin
        }
        // Whoever asks the operators' listener means the successor.
        await admin?.retire()
        for open in self.openListeners { await open.listener.close() }
    }
}
