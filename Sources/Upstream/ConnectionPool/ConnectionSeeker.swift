import NIOCore

/// A connection that a ``ConnectAttempt`` makes.
protocol EndpointConnection: AnyObject {
    var endpoint: Endpoint { get }
    /// The connection's place in the count of the circuit breaker.
    var slot: ConnectionSlot? { get set }
    /// Connects; the attempt hears of the outcome.
    func open()
    /// Adds the handlers of the protocol behind those of TLS.
    func addHandlers(to pipeline: ChannelPipeline.SynchronousOperations) throws
    /// The socket could not be connected.
    func openFailed(_ error: any Error)
    /// Closes the connection, also one whose socket is only being made.
    func close()
}

/// Whoever looks for a connection with a ``ConnectAttempt``.
protocol ConnectionSeeker: AnyObject {
    associatedtype Connection: EndpointConnection
    /// A connection to this endpoint that waits for use already.
    func takeIdle(at endpoint: Endpoint) -> Connection?
    /// A connection to be opened.
    func makeConnection(to endpoint: Endpoint, for attempt: ConnectAttempt<Self>) -> Connection
    /// The search has ended well.
    func connected(_ connection: Connection, isReused: Bool)
    /// No endpoint could be connected.
    func failed(_ failure: UpstreamFailure)
}
