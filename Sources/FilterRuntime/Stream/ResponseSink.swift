package import FilterAPI
package import NIOCore

/// Where a stream writes its response: the codec of the client's connection. Confined to the stream's event loop.
///
/// Nothing that the codec does here may begin the connection's next stream before it has returned.
package protocol ResponseSink: AnyObject {
    /// Whether the connection takes more now; the codec tells the stream of changes.
    var isWritable: Bool { get }
    /// Whether the connection may carry a request for another host (RFC 9110, section 15.5.20).
    func admits(_ request: RequestHead) -> Bool
    /// Lets a client that waits send its body (RFC 9110, section 10.1.1).
    func sendContinue()
    /// Sends an informational response.
    func sendInformational(_ head: ResponseHead)
    /// Sends the head. With a body and without `content-length` the codec frames the body itself.
    func send(head: inout ResponseHead, hasBody: Bool)
    /// Sends a part of the body.
    func send(body: ByteBuffer)
    /// Ends the response.
    func sendEnd(trailers: HeaderFields?)
    /// Sends the head of an upstream that has agreed to another protocol: what follows are bytes of a tunnel, not of a
    /// body. Bytes of the client go to ``Stream/receiveTunnel(_:)`` from the next ``requestDemandChanged()`` on.
    func sendSwitch(head: ResponseHead, to protocolName: String)
    /// Ends the tunnel's direction to the client; the other one goes on.
    func sendTunnelEnd()
    /// Hands what was sent to the socket, at the latest when the current batch of events has been handled.
    func flush()
    /// Breaks the response off; the client must be able to tell that it is not complete.
    func reset()
    /// ``Stream/wantsRequestBody`` changed.
    func requestDemandChanged()
    /// The response was sent to its end, and nothing more of the request is taken.
    ///
    /// - Returns: Whether the connection has all of the response. If not, the stream ends when the codec says so by
    ///   ``Stream/responseTaken()``, or that it will not come to it.
    func exchangeEnded() -> Bool
    /// Bytes of the body that were sent here, and that the connection does not have yet.
    var untakenBytes: Int { get }
    /// The stream is over; its object may be used for the next one after this call has returned.
    func streamFinished()
}

extension ResponseSink {
    package func admits(_ request: RequestHead) -> Bool { true }
    package func exchangeEnded() -> Bool { true }
    package var untakenBytes: Int { 0 }
}
