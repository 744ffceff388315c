import NIOCore

/// A connection of a client as its loop sees it, whatever HTTP version it speaks.
protocol ClientConnection: AnyObject {
    /// The connection's channel; its parent is the socket that accepted it.
    var channel: any Channel { get }
    /// Lets go of a configuration that is not in force any more, as far as no stream has it.
    func configurationChanged()
    /// Ends the connection when its current streams have ended; now if there is none.
    func beginDraining()
    /// Ends the connection now, and waits for nothing that the client has yet to say.
    func abort()
}

extension ClientConnection {
    func configurationChanged() {}
}
