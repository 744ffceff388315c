import NIOCore
import NIOPosix

/// Asks one endpoint whether it is healthy; confined to one event loop.
protocol HealthProbe: AnyObject {
    /// Asks; `answer` is called at most once, later, and not after ``cancel()``. It is nil when the process had no file
    /// descriptor to ask with, which says nothing about the endpoint.
    func begin(_ answer: @escaping (Bool?) -> Void)
    /// Waits no longer.
    func cancel()
    /// Asks never again.
    func stop()
}

/// Makes a connection and closes it.
final class TCPHealthProbe: HealthProbe {
    private let address: SocketAddress
    private let eventLoop: any EventLoop
    private var answer: ((Bool?) -> Void)?
    /// Tells the connection that is asked for from those that nobody waits for.
    private var attempt = 0
    /// The connection that is being made.
    private(set) var connecting: (any Channel)?

    init(_ address: SocketAddress, eventLoop: any EventLoop) {
        self.address = address
        self.eventLoop = eventLoop
    }

    func begin(_ answer: @escaping (Bool?) -> Void) {
        cancel()
        self.answer = answer
        let number = attempt
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let connection = ClientBootstrap(group: eventLoop)
            .channelInitializer { channel in
                if bound.value.attempt == number { bound.value.connecting = channel }
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .connect(to: address)
        connection.assumeIsolated().whenComplete { self.ended(number, $0) }
    }

    /// Closes the connection too, also one that is only being made: it would take a descriptor until the system gives up.
    func cancel() {
        answer = nil
        attempt += 1
        connecting?.close(promise: nil)
        connecting = nil
    }

    func stop() { cancel() }

    private func ended(_ number: Int, _ result: Result<any Channel, any Error>) {
        if case .success(let channel) = result { channel.close(promise: nil) }
        guard number == attempt, let answer else { return }
        self.answer = nil
        connecting = nil
        switch result {
        case .success: answer(true)
        case .failure(let error): answer(DescriptorShortage.isCause(of: error) ? nil : false)
        }
    }
}
