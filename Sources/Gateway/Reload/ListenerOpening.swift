import Downstream
import FilterAPI
import GatewayConfiguration
import Logging
import NIOCore
import Synchronization

/// A listener with what the file called for when it was bound or kept.
struct OpenListener: Sendable {
    let key: ListenerTurnover.Key
    let listener: Listener
    /// What the service manager calls its sockets; `nil` when they are not the service manager's.
    var socketName: String?
}

extension [HandedSocket] {
    /// What the service manager calls them; `nil` when they are not the service manager's.
    var ofServiceManager: String? { self.first { $0.isOfServiceManager }?.name }
}

/// The listeners of a configuration that is about to be in force.
struct ListenerOpening: Sendable {
    /// All of them in the file's order, with the settings that they are to have.
    var listeners: [(open: OpenListener, settings: ListenerSettings)] = []
    /// Those that were bound for it and do not accept yet.
    var fresh: [Listener] = []
    /// Those that go.
    var removed: [OpenListener] = []
    /// The sockets that no listener has taken back.
    var parked = ParkedSockets()
    /// Those that some have, under other descriptors.
    var takenBack: [HandedSocket] = []
    /// The operators' listener; `nil` for none.
    var admin: AdminServer?
    /// Whether the operators' listener was opened for it.
    var isAdminFresh = false
}

extension GatewayServer {
    /// Binds what a configuration adds; on any failure everything is as before.
    func open(_ plan: GatewayPlan) async throws(ReloadRefusal) -> ListenerOpening {
        var opening = ListenerOpening()
        var issues: [ConfigurationIssue] = []
        let open = self.openListeners
        let wanted = plan.listeners
        let turnover = ListenerTurnover(from: open.map(\.key), to: wanted.map(\.key))
        opening.removed = turnover.removed.map { open[$0] }
        opening.parked = self.state.withLock { $0.parked }
        for (listener, kept) in zip(wanted, turnover.kept) {
            let parked = kept == nil ? opening.parked.take(for: listener.key) : []
            opening.takenBack += parked
            do {
                let bound = try await self.bind(listener, kept.map { open[$0] }, parked, among: open)
                if kept == nil { opening.fresh.append(bound.open.listener) }
                opening.listeners.append(bound)
            } catch {
                issues.append(.refusal("\(error)", at: listener.configuration.addressReference))
            }
        }
        do {
            var none = ListeningSockets()
            (opening.admin, opening.isAdminFresh) = try await self.openAdmin(plan, &none)
        } catch {
            issues.append(.refusal("\(error)", at: plan.configuration.admin?.addressReference))
        }
        guard issues.isEmpty else {
            await self.abandon(opening)
            throw ReloadRefusal(issues: issues)
        }
        return opening
    }

    private func abandon(_ opening: ListenerOpening) async {
        for listener in opening.fresh { await listener.close() }
        if opening.isAdminFresh { await opening.admin?.close() }
    }

    private func bind(
        _ wanted: PlannedListener,
        _ kept: OpenListener?,
        _ parked: [HandedSocket],
        among open: [OpenListener]
    ) async throws -> (open: OpenListener, settings: ListenerSettings) {
        var settings = wanted.settings
        if let kept {
            // Equal settings keep what connections have in common, such as the keys of session tickets.
            if let tls = kept.listener.settings.tls, tls.settings == settings.tls?.settings { settings.tls = tls }
            let open = OpenListener(key: wanted.key, listener: kept.listener, socketName: kept.socketName)
            return (open, settings)
        }
        let address = try SocketAddress(ipAddress: wanted.key.host, port: wanted.key.port)
        let listener = try await Listener.bind(
            settings,
            address: address,
            isPortOurs: open.contains { $0.listener.address.port == address.port },
            // Copies: should the reload be refused, the sockets stay as they are.
            adopting: try parked.map { try $0.copy() },
            descriptors: self.descriptors,
            group: self.group,
            loops: self.loops.map(\.downstream)
        )
        let fresh = OpenListener(key: wanted.key, listener: listener, socketName: parked.ofServiceManager)
        return (fresh, settings)
    }

    /// Keeps the service manager's sockets of listeners that go, and lets go of those that are in use again.
    func park(_ opening: ListenerOpening) async {
        for socket in opening.takenBack { socket.close() }
        var parked = opening.parked
        for open in opening.removed {
            guard let name = open.socketName else { continue }
            do {
                let copies = try await open.listener.duplicateSockets()
                parked.park(
                    try copies.map { try HandedSocket(name: name, descriptor: $0, isOfServiceManager: true) },
                    of: open.key
                )
                self.surroundings.logger.info(
                    "keeping sockets of the service manager",
                    metadata: ["listener": "\(open.listener.name)"]
                )
            } catch {
                self.surroundings.logger.warning(
                    "sockets of the service manager cannot be kept",
                    metadata: ["listener": "\(open.listener.name)", "error": "\(error)"]
                )
            }
        }
        let all = parked
        self.state.withLock { $0.parked = all }
    }

    /// Lets the listeners of a configuration that is in force now do their work.
    func accept(_ opening: ListenerOpening) async {
        let logger = self.surroundings.logger
        for (open, settings) in opening.listeners {
            open.listener.change(to: settings)
            settings.tls?.refresh(logger)
        }
        for listener in opening.fresh {
            do {
                try await listener.accept()
                self.logListening(listener.name, listener.address)
            } catch {
                let facts: Logger.Metadata = ["listener": "\(listener.name)", "error": "\(error)"]
                logger.error("cannot accept connections", metadata: facts)
            }
        }
        guard opening.isAdminFresh, let admin = opening.admin else { return }
        do {
            try await admin.accept()
            self.logListening("admin", admin.address)
        } catch {
            logger.error("cannot accept connections", metadata: ["listener": "admin", "error": "\(error)"])
        }
    }

    func logListening(_ name: String, _ address: SocketAddress) {
        self.surroundings.logger.info(
            "listening",
            metadata: ["listener": "\(name)", "address": "\(address.hostAndPort)"]
        )
    }
}
