import Gateway
import Logging

extension ProcessSignals {
    /// Does what signals say until the gateway has ended: the first SIGTERM or SIGINT drains, the second stops at once,
    /// SIGHUP opens the log files anew.
    func serve(_ server: GatewayServer, _ surroundings: GatewayPlan.Surroundings) async {
        var isDraining = false
        for await signal in self.stream {
            switch signal {
            case .reopenLogs: surroundings.reopenLogs()
            case .terminate where isDraining:
                surroundings.logger.info("stopping")
                await server.stop()
                return
            case .terminate:
                isDraining = true
                surroundings.logger.info("draining")
                Task {
                    await server.drain()
                    self.finish()
                }
            }
        }
    }
}
