import Gateway

/// Tells the service manager again and again that the gateway is alive: only when every event loop has answered.
///
/// A loop that hangs keeps the news from being sent, and the manager ends the process.
final class Watchdog: Sendable {
    private let task: Task<Void, Never>

    /// - Returns: `nil` when the manager does not want to know.
    init?(_ manager: ServiceManager, of server: GatewayServer) {
        guard let interval = manager.watchdog else { return nil }
        self.task = Task.detached { [weak server] in
            while !Task.isCancelled {
                guard await Watchdog.isAlive(server) else { return }
                manager.tell(.alive)
                // Twice as often as is asked for, as sd_watchdog_enabled(3) recommends.
                try? await Task.sleep(for: interval / 2)
            }
        }
    }

    private static func isAlive(_ server: GatewayServer?) async -> Bool {
        guard let server else { return false }
        _ = await server.liveCounts()
        return true
    }

    func stop() { self.task.cancel() }

    deinit { self.task.cancel() }
}
