/// What may change of a listener while its sockets stay; connections keep what was in force when they began.
package struct ListenerSettings: Sendable {
    /// Its name in logs and metrics.
    package var name: String
    /// What its connections may cost.
    package var limits: ConnectionLimits
    /// What it speaks in clear text.
    package var protocols: ListenerProtocols
    /// The certificates, which say what is spoken over TLS too; `nil` for clear text.
    package var tls: TLSCertificates?
    /// Whether every connection begins with the header of a proxy.
    package var takesProxyHeader: Bool

    package init(
        name: String,
        limits: ConnectionLimits,
        protocols: ListenerProtocols = .all,
        tls: TLSCertificates? = nil,
        takesProxyHeader: Bool = false
    ) {
        self.name = name
        self.limits = limits
        self.protocols = protocols
        self.tls = tls
        self.takesProxyHeader = takesProxyHeader
    }
}
