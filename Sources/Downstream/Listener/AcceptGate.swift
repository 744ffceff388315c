import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Has one socket pause while file descriptors are short: what connects waits in the kernel.
final class AcceptGate: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    /// What others tell it.
    enum Event: Sendable {
        /// A connection got one of the last descriptors.
        case short
        /// A connection has given its descriptor back.
        case freed
        /// The socket is about to be closed.
        case end
    }

    /// How long a pause is, unless a connection ends before.
    private static let pause = TimeAmount.milliseconds(50)
    /// Errors of accepting that pass when others let go of something: accept(2).
    private static let shortages: Set<CInt> = [EMFILE, ENFILE, ENOBUFS, ENOMEM]

    private let pauses: AcceptPauses
    private let batch: UInt
    private var pace = AcceptPace()
    private var timer: Scheduled<Void>?
    private var hasEnded = false

    /// - Parameters:
    ///   - pauses: Those of its listener.
    ///   - batch: How many connections the socket accepts before anything else is done.
    init(_ pauses: AcceptPauses, batch: UInt) {
        self.pauses = pauses
        self.batch = batch
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if self.pace.isCareful { self.look(context) }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? Event {
        case .short: self.runShort(context)
        case .freed: if self.pace.isPaused { self.look(context) }
        case .end: self.end()
        case nil: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let failure = error as? IOError, Self.shortages.contains(failure.errnoCode) {
            self.runShort(context)
        } else {
            context.fireErrorCaught(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end()
        context.fireChannelInactive()
    }

    private func look(_ context: ChannelHandlerContext) {
        guard !self.hasEnded else { return }
        guard self.pauses.descriptors.hasRoom else { return self.runShort(context) }
        switch self.pace.enough(isCalm: self.pauses.descriptors.isCalm(at: .now())) {
        case .resume:
            self.timer?.cancel()
            self.pauses.end()
            self.set(.maxMessagesPerRead, to: 1, context)
            self.set(.autoRead, to: true, context)
        case .hurry: self.set(.maxMessagesPerRead, to: self.batch, context)
        case .goOn, .pause: break
        }
    }

    private func runShort(_ context: ChannelHandlerContext) {
        guard !self.hasEnded else { return }
        self.pauses.noteShortage()
        guard self.pace.short() == .pause else { return }
        self.pauses.begin()
        self.set(.autoRead, to: false, context)
        self.lookLater(context)
    }

    private func lookLater(_ context: ChannelHandlerContext) {
        self.timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            self.look(context)
            if self.pace.isPaused, !self.hasEnded { self.lookLater(context) }
        }
    }

    private func end() {
        guard !self.hasEnded else { return }
        self.hasEnded = true
        self.timer?.cancel()
        if self.pace.isPaused { self.pauses.end() }
    }

    private func set<Option: ChannelOption>(
        _ option: Option,
        to value: Option.Value,
        _ context: ChannelHandlerContext
    ) {
        // A socket that is closed already accepts nothing, whatever it is told.
        try? context.channel.syncOptions?.setOption(option, value: value)
    }
}

/// The pauses of all sockets of one listener.
final class AcceptPauses: Sendable {
    let descriptors: DescriptorWatch
    private let listener: @Sendable () -> String
    private let begun = Atomic<Int>(0)
    private let current = Atomic<Int>(0)

    /// - Parameters:
    ///   - descriptors: Those of the process.
    ///   - listener: The listener's name.
    init(_ descriptors: DescriptorWatch, listener: @escaping @Sendable () -> String) {
        self.descriptors = descriptors
        self.listener = listener
    }

    /// How many there have been.
    var count: Int { self.begun.load(ordering: .relaxed) }
    /// Whether any socket pauses now.
    var isAny: Bool { self.current.load(ordering: .relaxed) > 0 }

    func begin() {
        self.begun.wrappingAdd(1, ordering: .relaxed)
        self.current.wrappingAdd(1, ordering: .relaxed)
    }

    func end() { self.current.wrappingSubtract(1, ordering: .relaxed) }

    func noteShortage() { self.descriptors.noteShortage(self.listener(), at: .now()) }
}
