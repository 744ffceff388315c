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

    init(_ address: SocketAddress, eventLoop: any EventLoop) {
        self.address = address
        self.eventLoop = eventLoop
    }

    func begin(_ answer: @escaping (Bool?) -> Void) {
        self.answer = answer
        let connecting = ClientBootstrap(group: eventLoop).connect(to: address)
        connecting.whenSuccess { $0.close(promise: nil) }
        connecting.assumeIsolated().whenComplete { result in
            let answer = self.answer
            self.answer = nil
            switch result {
            case .success: answer?(true)
            case .failure(let error): answer?(DescriptorShortage.isCause(of: error) ? nil : false)
            }
        }
    }

    func cancel() { answer = nil }

    func stop() { answer = nil }
}
