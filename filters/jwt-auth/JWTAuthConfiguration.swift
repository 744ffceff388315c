import FilterAPI

/// The configuration of `jwt-auth`.
struct JWTAuthConfiguration: FilterConfiguration {
    /// Who may call.
    struct Consumer {
        /// Where its keys are.
        enum Keys {
            case inline(JSONWebKeySet)
            case remote(RemoteKeys.Location)
        }

        let name: String
        let issuer: String
        /// Of these audiences a token has to name one; empty when any will do.
        let audiences: [String]
        let keys: Keys
        let places: [TokenPlace]
        let claimHeaders: [ClaimHeader]
        /// By how many seconds clocks may differ.
        let clockSkew: Int
        /// Whether upstreams see the token.
        let keepsToken: Bool
    }

    let consumers: [Consumer]
    let access: ConsumerAccess

    init(_ fields: ConfigurationFields) {
        let register = ConsumerRegister()
        let consumers = fields.objects("consumers", isRequired: true, named: "name", help: "Who may call.") { fields in
            Consumer.read(fields, register)
        }
        self.consumers = consumers.compactMap { $0 }
        self.access = ConsumerAccess(fields, consumers: self.consumers.map(\.name))
    }
}
