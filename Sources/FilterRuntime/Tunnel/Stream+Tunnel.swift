import FilterAPI
import Logging
package import NIOCore
import Upstream

// From a request for another protocol to a tunnel.
extension Stream {
    /// Whether the client asks for another protocol and the route allows it: what the client sends behind its request
    /// may then be bytes of that protocol, and never is a request.
    package var mayBecomeTunnel: Bool {
        guard let upgrade = self.upgrade, let route = self.route else { return false }
        return upgrade.offer.choice(of: route.upgrades, isGet: self.isGet) != nil
    }

    /// Whether bytes go both ways as they are.
    var isTunnel: Bool { self.upgrade?.state.isTunnel ?? false }

    /// Whether the head that the filters see, or have seen, makes a tunnel.
    var isSwitching: Bool { self.context.response.status == 101 && self.upgrade?.state.isAgreed == true }

    private var isGet: Bool { self.context.request.method == .get }

    /// Answers a request that is a tunnel or nothing, on a route that allows none.
    func refusesTunnel(on route: StreamRoute) -> Bool {
        guard let offer = self.upgrade?.offer, offer.form == .connect, !self.mayBecomeTunnel else { return false }
        // RFC 9220, section 3: 501 for a protocol that is not known here; one that is known and not wanted is forbidden.
        let isKnown = offer.choice(of: Array(self.snapshot.upgrades), isGet: true) != nil
        self.respond(.gateway(isKnown ? 403 : 501, "upgrade_failed", for: self.context.request), from: .gateway)
        return true
    }

    /// Sends the request upstream, as one for another protocol if the route allows it.
    func beginUpgrade(
        _ request: RequestHead,
        _ framing: RequestFraming,
        on route: StreamRoute,
        of service: any RequestStarting
    ) -> any UpstreamExchange {
        guard let upgrade = self.upgrade, !self.context.requestHasBody,
            let name = upgrade.offer.choice(of: route.upgrades, isGet: self.isGet), upgrade.state.upstreamAsked()
        else { return service.begin(request: request, framing: framing, receiver: self) }
        upgrade.protocolName = name
        let asked = UpgradeRequest(protocolName: name, makesHandshake: upgrade.offer.form == .connect)
        return service.beginUpgrade(request: request, to: asked, receiver: self)
    }

    /// The upstream has answered `101`: the filters see the head as one without a body, and its bytes wait for it.
    func upstreamSwitched() {
        guard let upgrade = self.upgrade, upgrade.state.upstreamAgreed() else {
            self.context.record.responseFlags.append("UPE")
            self.respond(.gateway(502, "upstream_protocol_error", for: self.context.request), from: .gateway)
            return
        }
        self.setRouteDeadline(nil)
        self.isUpstreamPaused = true
        self.exchange?.pauseReading()
        self.responseFlow.receiveHead(hasBody: false)
        self.responseFlow.receiveEnd(trailers: nil)
        self.driveResponse()
    }

    /// The filters have let the head pass.
    func openTunnel() {
        guard let upgrade = self.upgrade, upgrade.state.opened() else { return }
        self.isHeadSent = true
        self.context.record.responseCode = self.context.response.status
        self.loop.liveTunnels += 1
        guard !self.isClientGone else { return self.finish() }
        self.sink.sendSwitch(head: self.context.response, to: upgrade.protocolName)
        self.sink.flush()
        self.wantsRequestBody = self.exchange?.isWritable ?? false
        self.sink.requestDemandChanged()
    }

    /// No tunnel comes of it. A client that asked by CONNECT must not take a success of another kind for its tunnel.
    func checkUnswitched() {
        guard self.upgrade?.offer.form == .connect, (200..<300).contains(self.context.response.status) else { return }
        self.context.response.status = 502
        self.context.record.responseCodeDetails = "upgrade_failed"
    }

    /// The stream ends.
    func endUpgrade() {
        if self.isTunnel { self.loop.liveTunnels -= 1 }
    }
}

// What goes through the tunnel: past the filters, as it is.
extension Stream {
    /// Bytes of the client.
    package func receiveTunnel(_ bytes: ByteBuffer) {
        guard self.isLive, self.upgrade?.state.takesFromClient == true else { return }
        self.context.record.bytesReceived &+= bytes.readableBytes
        self.touchIdleDeadline()
        self.exchange?.send(body: bytes)
        guard self.isLive else { return }
        self.exchange?.flush()
        self.updateRequestDemand()
    }

    /// The client sends no more.
    package func receiveTunnelEnd() {
        guard self.isLive, let upgrade = self.upgrade, upgrade.state.clientEnded() else { return }
        self.touchIdleDeadline()
        self.exchange?.flush()
        self.exchange?.sendEnd(trailers: nil)
        if upgrade.state.isOver { self.complete() }
    }

    /// Bytes of the upstream.
    func relay(_ bytes: ByteBuffer) {
        guard self.upgrade?.state.takesFromUpstream == true else { return }
        self.context.record.bytesSent &+= bytes.readableBytes
        self.sink.send(body: bytes)
        self.updateUpstreamDemand()
    }

    /// The upstream sends no more.
    func upstreamTunnelEnded() {
        guard let upgrade = self.upgrade, upgrade.state.upstreamEnded() else { return }
        self.touchIdleDeadline()
        self.sink.sendTunnelEnd()
        if upgrade.state.isOver { self.complete() }
    }
}
