import FilterAPI
import NIOCore

extension JWTAuthConfiguration.Consumer {
    /// Reads one consumer; `nil` when its keys cannot be used, which is then reported.
    static func read(_ fields: ConfigurationFields, _ register: ConsumerRegister) -> Self? {
        let name = register.name(fields)
        let issuer = fields.requiredString("issuer", help: "The issuer (iss) of its tokens.")
        let audiences = fields.strings(
            "audiences",
            help: "Audiences (aud) of which a token has to name one; default any."
        )
        let keys = self.keys(fields, of: name, issuer: issuer, audiences: audiences, register)
        let places = self.places(fields)
        let claimHeaders = self.claimHeaders(fields)
        let skew = fields.integer(
            "clock_skew_seconds",
            in: 0...86_400,
            default: 60,
            help: "By how many seconds clocks may differ when exp and nbf are looked at."
        )
        let keepsToken = fields.bool("keep_token", default: true, help: "Whether the token goes on to the upstream.")
        guard let keys else { return nil }
        return Self(
            name: name,
            issuer: issuer,
            audiences: audiences,
            keys: keys,
            places: places,
            claimHeaders: claimHeaders,
            clockSkew: skew,
            keepsToken: keepsToken
        )
    }
}

// MARK: Keys

extension JWTAuthConfiguration.Consumer {
    private static func keys(
        _ fields: ConfigurationFields,
        of name: String,
        issuer: String,
        audiences: [String],
        _ register: ConsumerRegister
    ) -> Keys? {
        let inline = fields.secret("jwks", help: "Its keys as a JSON Web Key Set, a text of JSON.")
        let remote = fields.object("remote_jwks", help: "Where its keys are published.") { self.location($0) }
        guard !fields.isDescribing else { return nil }
        if inline != nil, fields.has("remote_jwks") {
            fields.error(at: "remote_jwks", "found both \"jwks\" and \"remote_jwks\"; expected one of them")
            return nil
        }
        // Of two consumers with the same tokens the second could never be told from the first.
        let tokens = ([issuer] + audiences.sorted()).joined(separator: "\n")
        if let inline {
            register.claim(
                Secret("\(inline.reveal())\n\(tokens)"),
                "issuer with these keys",
                of: name,
                at: "jwks",
                fields
            )
            return self.inline(inline, fields)
        }
        guard let location = remote else {
            if !fields.has("jwks") { fields.error("missing key \"jwks\" or \"remote_jwks\" (keys)") }
            return nil
        }
        guard let location else { return nil }
        let place = Secret("\(location.service.name)\n\(location.path)\n\(tokens)")
        register.claim(place, "issuer with these keys", of: name, at: "remote_jwks", fields)
        return .remote(location)
    }

    private static func inline(_ text: Secret, _ fields: ConfigurationFields) -> Keys? {
        do {
            return .inline(try JSONWebKeySet(ByteBuffer(string: text.reveal()), isStrict: true))
        } catch {
            fields.error(
                at: "jwks",
                "\(error.description); expected a JSON Web Key Set such as {\"keys\": [{\"kty\": ...}]}"
            )
            return nil
        }
    }

    private static func location(_ fields: ConfigurationFields) -> RemoteKeys.Location? {
        let service = fields.service(
            "service_name",
            port: "service_port",
            host: "service_host",
            defaultPort: 443,
            help: "The service that publishes the keys, with its suffix."
        )
        let path = fields.string("path", default: "/.well-known/jwks.json", help: "The path of the keys.")
        let lifetime = fields.duration(
            "cache_duration",
            in: .seconds(1)...(.seconds(86_400)),
            default: .seconds(600),
            help: "How long keys are used before they are fetched again, in the background."
        )
        if !path.hasPrefix("/"), !fields.isDescribing { fields.error(at: "path", "expected a path that begins with /") }
        return service.map { RemoteKeys.Location(service: $0, path: path, lifetime: lifetime) }
    }
}

// MARK: Places and claims

extension JWTAuthConfiguration.Consumer {
    private static func places(_ fields: ConfigurationFields) -> [TokenPlace] {
        let headers = fields.objects("from_headers", named: "name", help: "Header fields that hold the token.") {
            fields in
            let name = fields.requiredHeaderName("name", help: "Name of the field.")
            let prefix = fields.string(
                "value_prefix",
                default: "",
                help: "What stands before the token, such as \"Bearer \"."
            )
            return TokenPlace.header(name, prefix: prefix)
        }
        let parameters = fields.strings("from_params", help: "Query parameters that hold the token.")
        let cookies = fields.strings("from_cookies", help: "Cookies that hold the token.")
        for key in ["from_params", "from_cookies"] where (key == "from_params" ? parameters : cookies).contains("") {
            fields.error(at: key, "found an empty name; expected one that is not empty")
        }
        let places = headers + parameters.map { .parameter($0) } + cookies.map { .cookie($0) }
        return places.isEmpty ? [.header(.authorization, prefix: "Bearer "), .parameter("access_token")] : places
    }

    private static func claimHeaders(_ fields: ConfigurationFields) -> [ClaimHeader] {
        fields.objects("claims_to_headers", named: "claim", help: "Claims that upstreams learn.") { fields in
            let claim = fields.requiredString("claim", help: "The claim; with dots the way into objects.")
            let header = fields.requiredHeaderName("header", help: "The header field that says it.")
            let replaces = fields.bool(
                "override",
                default: true,
                help: "Whether the field replaces those that the client sent; else it is added."
            )
            return ClaimHeader(claim: claim, header: header, replaces: replaces)
        }
    }
}

extension ConfigurationFields {
    /// A name of a header field that a filter may set, which has to be given.
    fileprivate func requiredHeaderName(_ key: String, help: String) -> HeaderName {
        let name = self.requiredParsed(key, help: help) { (text) throws(ConfigurationMistake) in
            guard let name = HeaderName(validating: text) else {
                throw ConfigurationMistake("expected the name of a header field")
            }
            guard !unsettable.contains(name.string) else {
                throw ConfigurationMistake("expected the name of a field that is not the gateway's own")
            }
            return name
        }
        return name ?? .authorization
    }
}

/// Fields that frame messages, or that only the gateway may set.
private let unsettable: Set<String> = [
    "host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "keep-alive", "x-mse-consumer",
]
