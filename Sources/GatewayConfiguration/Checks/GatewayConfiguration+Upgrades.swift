import FilterAPI

extension GatewayConfiguration {
    /// A tunnel needs a service that speaks HTTP/1.1, which alone knows how to change the protocol.
    func checkUpgrades(_ issues: ConfigurationIssues) {
        for route in routes {
            guard let reference = route.upgradeReferences.first else { continue }
            let names = Set(route.targets.map(\.text))
            let unfit = services.first { names.contains($0.address) && ![.http, .https].contains($0.wireProtocol) }
            guard let service = unfit else { continue }
            issues.error(
                at: reference.position,
                reference.location,
                "needs a service with protocol http or https; that of \(quoted(service.address)) is "
                    + service.wireProtocol.rawValue
            )
        }
    }

    /// The handshake of a WebSocket is a GET, also where HTTP/2 asks by CONNECT.
    func warnAboutUpgradesWithoutGET(_ issues: ConfigurationIssues) {
        for route in routes where !route.match.methods.isEmpty && !route.match.methods.contains("GET") {
            guard let index = route.upgrades.firstIndex(of: "websocket"),
                route.upgradeReferences.indices.contains(index)
            else { continue }
            let reference = route.upgradeReferences[index]
            issues.warning(
                at: reference.position,
                reference.location,
                "has no effect, because a WebSocket begins with GET and \"methods\" leaves it out"
            )
        }
    }
}
