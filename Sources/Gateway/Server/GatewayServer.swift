import Downstream
import FilterAPI
import FilterRuntime
import GatewayConfiguration
import HTTP1
import Logging
public import NIOCore
import NIOPosix
import Synchronization
import Upstream

/// A running gateway.
public final class GatewayServer: Sendable {
    /// The surroundings that it was started with.
    public let surroundings: GatewayPlan.Surroundings

    private let plan: GatewayPlan
    private let group: MultiThreadedEventLoopGroup
    private let resolver: SystemAddressResolver
    private let loops: [LoopHandle]
    private let memory: MemoryWatch
    private let state: Mutex<State>

    private struct State {
        var listeners: [Listener] = []
        var admin: AdminServer?
        var watch: CertificateWatch?
        var isReady = false
        var isDraining = false
        var isStopped = false
    }

    /// Starts a gateway: resolves services, opens connections lazily, binds all listeners.
    ///
    /// - Parameters:
    ///   - plan: The configuration.
    ///   - surroundings: The surroundings that the plan was loaded with.
    ///   - workers: The number of event loops; default one a core.
    /// - Throws: What keeps it from starting, such as a port that is in use or a certificate that cannot be read.
    ///   Nothing is left running then.
    public static func start(
        _ plan: GatewayPlan,
        surroundings: GatewayPlan.Surroundings,
        workers: Int = System.coreCount
    ) async throws -> GatewayServer {
        try await self.start(plan, surroundings: surroundings, workers: workers, certificateInterval: .seconds(3))
    }

    /// The same with another time between two looks at the files of certificates, and another reading of the resident
    /// memory in bytes.
    package static func start(
        _ plan: GatewayPlan,
        surroundings: GatewayPlan.Surroundings,
        workers: Int = System.coreCount,
        certificateInterval: Duration,
        residentMemory: @escaping @Sendable () -> Int? = SystemMemory.resident
    ) async throws -> GatewayServer {
        let server = try await GatewayServer(plan, surroundings, workers: max(1, workers), residentMemory)
        server.watchCertificates(every: certificateInterval)
        do {
            try await server.open()
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
        let group = MultiThreadedEventLoopGroup(numberOfThreads: workers)
        let resolver = SystemAddressResolver()
        self.plan = plan
        self.surroundings = surroundings
        self.group = group
        self.resolver = resolver
        self.state = Mutex(State())
        self.memory = MemoryWatch(
            MemoryBudget(configured: plan.configuration.memory, system: SystemMemory.available()),
            signal: overload,
            reading: residentMemory,
            logger: surroundings.logger
        )
        do {
            let registry = ServiceRegistry(resolver: resolver, eventLoop: group.next(), logger: surroundings.logger)
            let services = try registry.services(plan.services)
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
                            logger: surroundings.logger
                        )
                    }
                )
            }
            self.loops = loops
        } catch {
            try? await group.shutdownGracefully()
            try? await resolver.shutdown()
            throw error
        }
    }

    private func open() async throws {
        let boxes = self.loops.map(\.downstream)
        for (configuration, certificates) in zip(self.plan.configuration.listeners, self.plan.certificates) {
            guard let address = configuration.address else { continue }
            let listener = try await Listener.bind(
                name: configuration.name,
                address: try SocketAddress(ipAddress: address.host, port: address.port),
                limits: ConnectionLimits(configuration.limits),
                protocols: ListenerProtocols(configuration.protocols),
                tls: certificates,
                loops: boxes
            )
            self.state.withLock { $0.listeners.append(listener) }
            self.surroundings.logger.info(
                "listening",
                metadata: ["listener": "\(listener.name)", "address": "\(listener.address.hostAndPort)"]
            )
        }
        if let admin = self.plan.configuration.admin, let address = admin.address {
            let opened = try await AdminServer.open(
                address: try SocketAddress(ipAddress: address.host, port: address.port),
                token: admin.token,
                group: self.group,
                handler: AdminHandler(server: self, plan: self.plan)
            )
            self.state.withLock { $0.admin = opened }
            self.surroundings.logger.info(
                "listening",
                metadata: ["listener": "admin", "address": "\(opened.addressText)"]
            )
        }
        self.memory.start { [weak self] in self?.openConnections ?? 0 }
        self.state.withLock { $0.isReady = true }
    }

    private func watchCertificates(every interval: Duration) {
        let certificates = self.plan.certificates.compactMap { $0 }
        guard !certificates.isEmpty else { return }
        let watch = CertificateWatch(certificates, interval: interval, logger: self.surroundings.logger)
        self.state.withLock { $0.watch = watch }
    }
}

// MARK: What is asked of it

extension GatewayServer {
    /// The addresses of the listeners by name, with their real ports.
    public var addresses: [(name: String, address: SocketAddress)] {
        self.state.withLock { $0.listeners.map { ($0.name, $0.address) } }
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
            refused: self.state.withLock { $0.listeners }.map { ($0.name, $0.refusedCount) }
        )
    }

    /// Measures the memory now, and has the result in force on all loops when it returns.
    package func measureMemory() {
        self.memory.sample(connections: self.openConnections)
    }

    private var openConnections: Int {
        self.state.withLock { $0.listeners }.reduce(0) { $0 + $1.connectionCount }
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

// MARK: Stopping

extension GatewayServer {
    /// Stops accepting, lets streams end for as long as `drainTimeout` says, then stops.
    ///
    /// - Returns: Whether all streams ended in time.
    @discardableResult
    public func drain() async -> Bool {
        let listeners = self.state.withLock { state in
            state.isDraining = true
            return state.listeners
        }
        for listener in listeners { await listener.close() }
        let timeout = TimeAmount(self.plan.configuration.drainTimeout)
        let waits = self.loops.map { $0.drain(within: timeout) }
        var isComplete = true
        for wait in waits { isComplete = (try? await wait.get()) ?? false && isComplete }
        await self.stop()
        return isComplete
    }

    /// Ends everything at once.
    public func stop() async {
        let (listeners, admin, watch, wasStopped) = self.state.withLock { state in
            defer {
                state.isStopped = true
                state.isDraining = true
                state.listeners = []
                state.admin = nil
                state.watch = nil
            }
            return (state.listeners, state.admin, state.watch, state.isStopped)
        }
        guard !wasStopped else { return }
        watch?.stop()
        self.memory.stop()
        for listener in listeners { await listener.close() }
        await admin?.close()
        for loop in self.loops { await loop.closeAll() }
        await self.surroundings.shared.flushAll()
        try? await self.group.shutdownGracefully()
        try? await self.resolver.shutdown()
    }
}

extension ConnectionLimits {
    init(_ limits: LimitsConfiguration) {
        self.init()
        self.head = HeadLimits(
            startLineBytes: limits.requestLine,
            headerBytes: limits.headerBytes,
            fieldCount: limits.headerFields
        )
        self.requestHeadTimeout = TimeAmount(limits.requestHeadTimeout)
        self.keepAliveTimeout = TimeAmount(limits.keepAliveTimeout)
        self.requestBodyMinimumRate = limits.requestBodyMinimumRate
        self.connections = limits.connections
        self.buffer = limits.streamBuffer
        self.stream = StreamSettings(limits)
        self.http2.maxConcurrentStreams = limits.http2.maxConcurrentStreams
        self.http2.initialWindow = limits.http2.initialWindow
        self.http2.connectionWindow = limits.http2.connectionWindow
    }
}
