import NIOCore
import NIOSSL

extension ChannelPipeline.SynchronousOperations {
    /// Ends a connection now. A secured one that is closed politely waits up to five seconds for the client's own notice of
    /// the end (RFC 8446, section 6.1), which one that hangs or has vanished never sends.
    ///
    /// - Parameter saysEnd: Whether a secured client is told that it has everything; see ``cutTLS()`` for when it is not.
    func cut(saysEnd: Bool) {
        guard let tls = try? self.context(handlerType: NIOSSLServerHandler.self) else {
            return self.close(mode: .all, promise: nil)
        }
        if saysEnd { self.close(mode: .output, promise: nil) }
        tls.close(promise: nil)
    }

    /// Ends a secured connection without the notice that would tell the client that it has everything (RFC 8446,
    /// section 6.1): what it has is part of an answer, and where nothing but the end delimits it only this shows.
    func cutTLS() {
        guard let tls = try? self.context(handlerType: NIOSSLServerHandler.self) else { return }
        tls.close(promise: nil)
    }
}
