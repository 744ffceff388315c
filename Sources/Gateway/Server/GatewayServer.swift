import Downstream
import FilterAPI
import FilterRuntime
import GatewayConfiguration
import Logging
public import NIOCore
import NIOPosix
import Synchronization
import Upstream

/// A running gateway.
public final class GatewayServer: Sendable {
    /// The surroundings that it was started with.
    public let surroundings: GatewayPlan.Surroundings

    let loops: [LoopHandle]
    let memory: MemoryWatch
    let registry: ServiceRegistry
    let group: MultiThreadedEventLoopGroup
    let resolver: SystemAddressResolver
    let descriptors: DescriptorWatch
    let state: Mutex<State>
    /// When it began, in seconds since 1970.
    let started = SystemTime.fraction

    struct State {
        var plan: GatewayPlan
        var services: ServiceSet
        /// The files as they were when they were last read, for better or worse.
        var origin: ConfigurationOrigin?
        var listeners: [OpenListener] = []
        var parked = ParkedSockets()
        var admin: AdminServer?
        var certificateWatch: CertificateWatch?
        var watch: ConfigurationWatch?
        var reload: Task<ReloadOutcome, Never>?
        var record = ReloadRecord(start: SystemTime.seconds)
        var handOver: HandOverPoint?
        var drain: Task<Bool, Never>?
        /// Hears, once, that it begins to drain.
        var drainListener: (@Sendable () -> Void)?
        var isReady = false
        var isDraining = false
        var isStopped = false
        var hasEnded = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// Starts a gateway: resolves services, opens connections lazily, binds all listeners.
    ///
    /// - Parameters:
    ///   - plan: The configuration.
    ///   - surroundings: The surroundings that the plan was loaded with.
    ///   - workers: The number of event loops; default one a core.
    ///   - sockets: Listening sockets that are open already; each listener takes those that are its own.
    ///   - predecessor: The gateway that they come from, which accepts nothing more once this one can.
    /// - Throws: What keeps it from starting, such as a port that is in use or a certificate that cannot be read.
    ///   Nothing is left running then.
    public static func start(
        _ plan: GatewayPlan,
        surroundings: GatewayPlan.Surroundings,
        workers: Int = System.coreCount,
        sockets: ListeningSockets = ListeningSockets(),
        after predecessor: Predecessor? = nil
    ) async throws -> GatewayServer {
        try await self.start(
            plan,
            surroundings: surroundings,
            workers: workers,
            sockets: sockets,
            after: predecessor,
            certificateInterval: .seconds(3)
        )
    }

    /// The same with another time between two looks at the files of certificates, and another reading of the resident
    /// memory in bytes.
    package static func start(
        _ plan: GatewayPlan,
        surroundings: GatewayPlan.Surroundings,
        workers: Int = System.coreCount,
        sockets: ListeningSockets = ListeningSockets(),
        after predecessor: Predecessor? = nil,
        certificateInterval: Duration,
        residentMemory: @escaping @Sendable () -> Int? = SystemMemory.resident
    ) async throws -> GatewayServer {
        let server = try await GatewayServer(plan, surroundings, workers: max(1, workers), residentMemory)
        server.watchCertificates(every: certificateInterval)
        plan.nowInForce()
        do {
            try await server.open(sockets, predecessor)
        } catch {
            await server.stop()
            throw error
        }
        return server
    }

    private init(
        _ plan: GatewayPlan,
        _ surroundings: GatewayPlan.Surroundings,
        workers: Int,
        _ residentMemory: @escaping @Sendable () -> Int?
    ) async throws {
        let overload = OverloadSignal()
        let spanWarning = OnceInProcess()
        let spanLosses = SpanLossLog()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: workers)
        let resolver = SystemAddressResolver()
        self.surroundings = surroundings
        self.group = group
        self.resolver = resolver
        let limit = DescriptorLimit.current ?? Int.max
        let budget = DescriptorBudget(limit: limit, base: DescriptorWatch.lowestFree ?? limit)
        self.descriptors = DescriptorWatch(budget, logger: surroundings.logger)
        self.memory = MemoryWatch(
            MemoryBudget(configured: plan.configuration.memory, system: SystemMemory.available()),
            signal: overload,
            reading: residentMemory,
            logger: surroundings.logger
        )
        do {
            let registry = ServiceRegistry(
                resolver: resolver,
                eventLoop: group.next(),
                logger: surroundings.logger,
                descriptorCeiling: budget.upstreamCeiling
            )
            let services = try registry.services(plan.services)
            self.registry = registry
            self.state = Mutex(State(plan: plan, services: services, origin: plan.origin))
            var loops: [LoopHandle] = []
            for eventLoop in group.makeIterator() {
                loops.append(
                    try await LoopHandle.make(eventLoop) {
                        GatewayLoop(
                            eventLoop: eventLoop,
                            plan: plan,
                            services: services,
                            registry: registry,
                            overload: overload,
                            spanWarning: spanWarning,
                            spanLosses: spanLosses,
                            logger: surroundings.logger
                        )
                    }
                )
            }
            self.loops = loops
        } catch {
            resolver.shutdown()
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private func open(_ sockets: ListeningSockets, _ predecessor: Predecessor?) async throws {
        let plan = self.plan
        var sockets = sockets
        for planned in plan.listeners {
            let handed = sockets.take(for: planned.key)
            let listener = try await Listener.bind(
                planned.settings,
                address: try SocketAddress(ipAddress: planned.key.host, port: planned.key.port),
                adopting: handed,
                descriptors: self.descriptors,
                group: self.group,
                loops: self.loops.map(\.downstream)
            )
            let open = OpenListener(key: planned.key, listener: listener, socketName: handed.ofServiceManager)
            self.state.withLock { $0.listeners.append(open) }
            self.logListening(listener.name, listener.address)
        }
        if let admin = try await self.openAdmin(plan, &sockets).admin {
            self.state.withLock { $0.admin = admin }
            self.logListening("admin", admin.address)
        }
        sockets.closeRest(self.surroundings.logger)
        // Whoever connects in between waits in the sockets.
        await predecessor?.release()
        for open in self.openListeners { try await open.listener.accept() }
        try await self.state.withLock { $0.admin }?.accept()
        self.memory.start { [weak self] in self?.openConnections ?? 0 }
        self.state.withLock { $0.isReady = true }
    }

    /// The operators' listener of a plan: the one that is open when its address has not changed.
    func openAdmin(
        _ plan: GatewayPlan,
        _ sockets: inout ListeningSockets
    ) async throws -> (admin: AdminServer?, isFresh: Bool) {
        guard let configuration = plan.configuration.admin, let address = configuration.address else {
            return (nil, false)
        }
        if let open = self.state.withLock({ $0.admin }), open.configured == address { return (open, false) }
        let admin = try await AdminServer.open(
            configured: address,
            rules: AdminRules(plan.configuration),
            adopting: sockets.takeForAdmin(host: address.host, port: address.port),
            group: self.group,
            handler: AdminHandler(server: self)
        )
        return (admin, true)
    }

    private func watchCertificates(every interval: Duration) {
        let watch = CertificateWatch(interval: interval, logger: self.surroundings.logger) { [weak self] in
            self?.openListeners.compactMap(\.listener.settings.tls) ?? []
        }
        self.state.withLock { $0.certificateWatch = watch }
    }
}

// MARK: What is asked of it

extension GatewayServer {
    /// The addresses of the listeners by name, with their real ports.
    public var addresses: [(name: String, address: SocketAddress)] {
        self.state.withLock { $0.listeners.map { ($0.listener.name, $0.listener.address) } }
    }

    /// The address of the admin listener.
    public var adminAddress: SocketAddress? { self.state.withLock { $0.admin?.address } }

    /// Whether it accepts and answers requests: from the moment when all listeners are bound until it drains.
    public var isReady: Bool { self.state.withLock { $0.isReady && !$0.isDraining } }

    /// How many connections, streams, operations of filters and detached pieces of work are alive.
    public func liveCounts() async -> (connections: Int, streams: Int, operations: Int, detached: Int) {
        let all = await self.census()
        return (
            all.reduce(0) { $0 + $1.connections }, all.reduce(0) { $0 + $1.streams },
            all.reduce(0) { $0 + $1.operations }, all.reduce(0) { $0 + $1.detached }
        )
    }

    /// What the process has and refuses as a whole.
    var processCensus: ProcessCensus {
        ProcessCensus(
            memoryBudget: self.memory.budget.bytes,
            residentMemory: self.memory.reading(),
            isShedding: self.memory.signal.level > .nothing,
            listeners: self.openListeners.map { ListenerCensus($0.listener) },
            usage: ProcessUsage.read()
        )
    }

    /// Measures the memory now, and has the result in force on all loops when it returns.
    package func measureMemory() {
        self.memory.sample(connections: self.openConnections)
    }

    private var openConnections: Int {
        self.openListeners.reduce(0) { $0 + $1.listener.connectionCount }
    }

    /// The state of every declared service, by name, over all event loops.
    func serviceStatuses() async -> [String: ServiceStatus] {
        var all: [String: ServiceStatus] = [:]
        for loop in self.loops {
            all.merge(await loop.run { $0.upstream.statuses }) { $0.merged(with: $1) }
        }
        return all
    }

    /// Has an object of a filter answer an operator; `nil` when no filter has that path.
    func answer(_ request: AdminRequest) async -> AdminReply? {
        guard let endpoint = self.surroundings.shared.adminEndpoint(for: request.path) else { return nil }
        return await self.loops.first?.perform { callouts in await endpoint.answer(request, by: callouts) }
    }

    func census() async -> [GatewayLoop.Census] {
        var all: [GatewayLoop.Census] = []
        for loop in self.loops { all.append(await loop.run { $0.census }) }
        return all
    }
}
