/// A connection of a client as its loop sees it, whatever HTTP version it speaks.
protocol ClientConnection: AnyObject {
    /// Ends the connection when its current streams have ended; now if there is none.
    func beginDraining()
    /// Ends the connection now.
    func abort()
}
