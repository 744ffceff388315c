import Downstream
import GatewayConfiguration
import Synchronization
import Upstream

// What is in force, and what follows when it changes.

extension GatewayServer {
    /// The configuration in force.
    var plan: GatewayPlan { self.state.withLock { $0.plan } }
    /// Its services.
    var services: ServiceSet { self.state.withLock { $0.services } }
    /// Its listeners in the file's order.
    var openListeners: [OpenListener] { self.state.withLock { $0.listeners } }
    /// What is counted of reloads.
    var reloads: ReloadRecord { self.state.withLock { $0.record } }
    /// Whether it ends.
    var isDraining: Bool { self.state.withLock { $0.isDraining } }

    /// Remembers what the loops have gone over to.
    func inForce(_ plan: GatewayPlan, _ services: ServiceSet, _ opening: ListenerOpening) {
        let admin = self.state.withLock { state in
            state.plan = plan
            state.services = services
            state.listeners = opening.listeners.map(\.open)
            defer { state.admin = opening.admin }
            return state.admin
        }
        opening.admin?.change(to: AdminRules(plan.configuration))
        if let admin, admin !== opening.admin { Task { await admin.retire() } }
    }

    /// Remembers which files were read last.
    func looked(at origin: ConfigurationOrigin) { self.state.withLock { $0.origin = origin } }

    func ended(_ outcome: ReloadOutcome) {
        self.state.withLock { $0.record.ended(outcome.result, at: SystemTime.seconds) }
    }

    /// Puts a reload behind those that were asked for before.
    func enqueueReload() -> Task<ReloadOutcome, Never> {
        self.state.withLock { state in
            let before = state.reload
            let task = Task.detached {
                _ = await before?.value
                return await self.reloadNow()
            }
            state.reload = task
            return task
        }
    }

    /// Reloads the configuration whenever one of its files changes, those of `${file:PATH}` included.
    ///
    /// - Parameter interval: From one look to the next; a change is in force after two of them.
    public func watchConfiguration(every interval: Duration = .milliseconds(500)) {
        let watch = ConfigurationWatch(
            every: interval,
            origin: { [weak self] in self?.state.withLock { $0.isDraining ? nil : $0.origin } },
            reload: { [weak self] in await self?.reload() }
        )
        self.state.withLock { $0.watch = watch }
    }
}
