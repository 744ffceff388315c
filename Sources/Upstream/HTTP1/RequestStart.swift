import FilterAPI
import NIOCore

/// What an exchange begins with.
struct RequestStart {
    /// The encoded head.
    let head: ByteBuffer
    let method: HTTPMethod
    let framing: RequestFraming
    let receiver: any UpstreamReceiver
    /// The change of protocol that the head asks for.
    var upgrade: UpgradeExpectation?
}
