import FilterAPI

/// What TLS settled for one connection.
package final class TLSConnection {
    /// The host that the client named.
    let serverName: String?
    private let contexts: TLSContexts
    private let chosen: TLSContext
    /// The last host that was found to belong here: a connection's requests mostly name the same one.
    private var accepted: String?

    init(serverName: String?, contexts: TLSContexts, chosen: TLSContext) {
        self.serverName = serverName
        self.contexts = contexts
        self.chosen = chosen
    }

    /// Whether a request names a host that this connection must not serve (RFC 9110, section 15.5.20): one that asks
    /// something else of its clients than what was asked here, or one whose certificate was not shown although the
    /// client said which host it wanted.
    func isMisdirected(_ request: RequestHead) -> Bool {
        if self.contexts.isSingle { return false }
        let host = request.authority
        if host == self.accepted { return false }
        guard self.serves(ServerNames.normalised(host)) else { return true }
        self.accepted = host
        return false
    }

    private func serves(_ host: String) -> Bool {
        let named = self.contexts.named(host)
        let meant = named ?? self.contexts.first
        if meant === self.chosen { return true }
        if meant.settings.clientAuthentication != self.chosen.settings.clientAuthentication { return false }
        guard named != nil, self.serverName != nil else { return true }
        return self.chosen.covers(host)
    }
}
