import Gateway
import Logging

extension ProcessSignals {
    /// Does what signals say until the gateway has ended: the first SIGTERM or SIGINT drains, the second stops at once,
    /// SIGHUP opens the log files anew and reads the configuration again. The service manager hears of it.
    func serve(
        _ server: GatewayServer,
        _ surroundings: GatewayPlan.Surroundings,
        _ manager: ServiceManager = .current
    ) async {
        manager.tell(.ready, .status("serving"))
        server.whenDraining { manager.tell(.stopping, .status("draining")) }
        let watchdog = Watchdog(manager, of: server)
        defer { watchdog?.stop() }
        Task {
            // An operator may have asked for the end too.
            await server.untilEnd()
            self.finish()
        }
        var isDraining = false
        for await signal in self.stream {
            switch signal {
            case .hangup:
                surroundings.reopenLogs()
                self.reload(server, manager)
            case .terminate where isDraining:
                surroundings.logger.info("stopping")
                await server.stop()
                return
            case .terminate:
                isDraining = true
                surroundings.logger.info("draining")
                Task { await server.drain() }
            }
        }
    }

    private func reload(_ server: GatewayServer, _ manager: ServiceManager) {
        manager.tell(.reloading(at: ServiceManager.monotonicTime))
        Task {
            let outcome = server.canReload ? await server.reload() : nil
            let isRefused = outcome?.result == .refused
            manager.tell(.ready, .status(isRefused ? "serving; the last reload was refused" : "serving"))
        }
    }
}
