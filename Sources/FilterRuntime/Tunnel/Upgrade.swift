/// What becomes of a client's request for another protocol.
///
/// An object, so that streams of plain requests carry no more than an empty reference.
final class Upgrade {
    let offer: UpgradeOffer
    /// The protocol that the upstream was asked for.
    var protocolName = ""
    var state = TunnelState()

    init(_ offer: UpgradeOffer) { self.offer = offer }

    /// Whether the upstream's bytes wait for the head before them.
    var holdsUpstream: Bool { self.state.isAgreed }
}
