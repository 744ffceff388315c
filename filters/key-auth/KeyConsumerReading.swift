import FilterAPI

/// Reads the consumers of one configuration.
struct KeyConsumerReading {
    private let register = ConsumerRegister()

    /// Reads one consumer.
    func consumer(_ fields: ConfigurationFields) -> KeyAuthConfiguration.Consumer {
        let name = self.register.name(fields)
        let one = fields.secret("credential", help: "Its key.")
        let several = fields.secrets("credentials", help: "Its keys, when it has several.")
        let keys = fields.strings("keys", help: "Where its key is, instead of the common `keys`.")
        let hasKeys = fields.has("keys")
        if !fields.isDescribing {
            self.check(one, several, of: name, fields)
            if hasKeys, keys.isEmpty || keys.contains("") {
                fields.error(at: "keys", "expected names of header fields or query parameters, at least one")
            }
        }
        return KeyAuthConfiguration.Consumer(
            name: name,
            credentials: (one.map { [$0] } ?? []) + several,
            keys: hasKeys ? keys : nil
        )
    }

    private func check(_ one: Secret?, _ several: [Secret], of name: String, _ fields: ConfigurationFields) {
        if one != nil, fields.has("credentials") {
            fields.error(at: "credentials", "found both \"credential\" and \"credentials\"; expected one of them")
        } else if one == nil, several.isEmpty {
            let isThere = fields.has("credentials")
            let message = "missing key \"credential\" or \"credentials\" (at least one key)"
            isThere ? fields.error(at: "credentials", "found no key; expected at least one") : fields.error(message)
        }
        if let one { self.check(one, at: "credential", item: nil, of: name, fields) }
        for (index, credential) in several.enumerated() {
            self.check(credential, at: "credentials", item: index, of: name, fields)
        }
    }

    private func check(_ credential: Secret, at key: String, item: Int?, of name: String, _ fields: ConfigurationFields)
    {
        // With and without its scheme it is the same key in an `Authorization` field.
        let token = Secret(bearerToken(credential.reveal()) ?? credential.reveal())
        guard !token.isEmpty else {
            fields.error(at: key, item: item, "found an empty key; expected one that is not empty")
            return
        }
        self.register.claim(token, "key", of: name, at: key, item: item, fields)
    }
}

/// What follows the scheme `Bearer` (RFC 6750, section 2.1), compared without case; `nil` for a text without it.
func bearerToken(_ text: String) -> String? {
    var text = text
    return text.withUTF8 { bytes in
        bearerToken(UnsafeRawBufferPointer(bytes)).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// What follows the scheme `Bearer`; `nil` for bytes without it.
func bearerToken(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? { token(after: "bearer ", in: bytes) }
