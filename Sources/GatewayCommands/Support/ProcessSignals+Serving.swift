import Gateway
import Logging

extension ProcessSignals {
    /// Does what signals say until the gateway has ended: the first SIGTERM or SIGINT drains, the second stops at once,
    /// SIGHUP opens the log files anew and reads the configuration again.
    func serve(_ server: GatewayServer, _ surroundings: GatewayPlan.Surroundings) async {
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
                if server.canReload { Task { await server.reload() } }
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
}
