import NIOCore
import NIOSSL

extension ChannelPipeline.SynchronousOperations {
    /// Ends a secured connection without the notice that would tell the client that it has everything (RFC 8446,
    /// section 6.1): what it has is part of an answer, and where nothing but the end delimits it only this shows.
    func cutTLS() {
        guard let tls = try? self.context(handlerType: NIOSSLServerHandler.self) else { return }
        tls.close(promise: nil)
    }
}
