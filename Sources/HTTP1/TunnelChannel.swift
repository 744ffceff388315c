package import NIOCore

/// A connection that has become a tunnel: each direction ends on its own, and the connection when both have.
///
/// Confined to the channel's event loop; of the same use on both sides of the gateway.
package final class TunnelChannel {
    /// How long the last bytes may take once both directions have ended, before the connection is cut: 5 s.
    package static let lingerTime = TimeAmount.seconds(5)

    private let channel: any Channel
    private var hasInputEnded = false
    private var isEndingOutput = false
    private var isOutputClosed = false
    private var hasFailed = false
    private var linger: Scheduled<Void>?

    /// Takes the channel over: from here on the end of its input is news, and no longer the end of the connection.
    package init(_ channel: any Channel) {
        self.channel = channel
        // A channel that is closed already refuses the option, and has no more news either way.
        try? channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
    }

    /// The other end sends no more.
    package func inputEnded() {
        self.hasInputEnded = true
        self.lingerIfEnded()
    }

    /// The connection broke.
    package func failed() { self.hasFailed = true }

    /// Whether the end of the whole connection means no more than that the other end has ended its direction too: a
    /// channel without output closes when its input ends, and says nothing of the latter.
    package var endsWithConnection: Bool { self.isOutputClosed && !self.hasFailed }

    /// Nothing more is sent: the other end learns it once it has been sent everything before.
    package func endOutput() {
        guard !self.isEndingOutput else { return }
        self.isEndingOutput = true
        self.lingerIfEnded()
        // A channel without input closes at once when its output is to be closed, and forgets what still waits; an
        // empty part behind the last one tells when nothing does.
        let written = self.channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.outputWritten() }
        self.channel.writeAndFlush(ByteBuffer(), promise: written)
    }

    private func outputWritten() {
        self.linger?.cancel()
        self.linger = nil
        self.isOutputClosed = true
        self.channel.close(mode: self.hasInputEnded ? .all : .output, promise: nil)
    }

    private func lingerIfEnded() {
        guard self.hasInputEnded, self.isEndingOutput, self.linger == nil, self.channel.isActive else { return }
        let channel = self.channel
        self.linger = channel.eventLoop.assumeIsolated().scheduleTask(in: TunnelChannel.lingerTime) {
            channel.close(promise: nil)
        }
    }
}
