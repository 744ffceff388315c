package import FilterAPI

/// `admin`: the listener for operators.
package struct AdminConfiguration: Sendable {
    /// Where it listens.
    package let address: SocketAddressText?
    /// What callers have to present as a bearer token.
    package let token: Secret?
    /// Whether nothing may be changed through it.
    package let readOnly: Bool
    /// Where the address stands.
    package let addressReference: ConfigurationReference?

    init(_ fields: ConfigurationFields) {
        address = fields.requiredParsed("address", help: "Where the admin listener binds.") {
            (text) throws(ConfigurationMistake) in try SocketAddressText(listening: text)
        }
        addressReference = fields.reference(at: "address")
        token = fields.secret("token", help: "Bearer token; required when the address is not loopback.")
        readOnly = fields.bool("readOnly", default: false, help: "Answers 403 to whatever would change something.")
        if let address, !address.isLoopback, token?.isEmpty ?? true {
            fields.error(
                at: fields.has("token") ? "token" : "address",
                "a token is required because \(address) is not a loopback address; set \"token\" or bind 127.0.0.1"
            )
        }
    }
}
