import FilterAPI

/// The configuration of `hmac-auth`.
struct HMACAuthConfiguration: FilterConfiguration {
    /// Who may call.
    struct Consumer {
        let name: String
        /// Names the consumer in a request.
        let key: Secret
        /// What signatures are made with; never sent.
        let secret: Secret
    }

    let consumers: [Consumer]
    /// How far a request's date may be from now, in seconds; `nil` when dates do not matter.
    let dateOffset: Int?
    /// The most bytes that a body may have which takes part in the signature.
    let bodyLimit: Int
    let access: ConsumerAccess

    init(_ fields: ConfigurationFields) {
        let register = ConsumerRegister()
        self.consumers = fields.objects("consumers", isRequired: true, named: "name", help: "Who may call.") { fields in
            let name = register.name(fields)
            let key = fields.requiredSecret("key", help: "What the field x-ca-key names it by.")
            let secret = fields.requiredSecret("secret", help: "What its signatures are made with.")
            if !fields.isDescribing, !key.isEmpty { register.claim(key, "key", of: name, at: "key", fields) }
            return Consumer(name: name, key: key, secret: secret)
        }
        self.dateOffset = fields.integer(
            "date_offset",
            in: 1...31_536_000,
            help: "How many seconds a request's date may be from now; default: dates are not looked at."
        )
        self.bodyLimit = fields.size(
            "max_request_body_bytes",
            in: 1...(1 << 30),
            default: 10 << 20,
            help: "The most bytes of a form, or of a body with content-md5; a longer one is answered with 413."
        )
        self.access = ConsumerAccess(fields, consumers: self.consumers.map(\.name))
    }
}
