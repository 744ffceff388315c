import FilterAPI

/// The configuration of `ext-auth`.
struct ExtAuthConfiguration: FilterConfiguration {
    let authority: Authority?
    let match: MatchList
    let allowsOnFailure: Bool
    let marksOnFailure: Bool
    let statusOnError: Int

    init(_ fields: ConfigurationFields) {
        self.authority = fields.requiredObject("http_service", help: "The service that decides.") { Authority.read($0) }
        self.match = MatchList(fields)
        self.allowsOnFailure = fields.bool(
            "failure_mode_allow",
            default: false,
            help: "Whether requests pass when the service cannot be asked or answers with 5xx."
        )
        self.marksOnFailure = fields.bool(
            "failure_mode_allow_header_add",
            default: false,
            help: "Whether such requests get the field x-envoy-auth-failure-mode-allowed: true."
        )
        self.statusOnError = fields.integer(
            "status_on_error",
            in: 400...599,
            default: 403,
            help: "Status of the answer when the service cannot be asked or answers with 5xx."
        )
    }
}

/// The service that decides about requests, and what it is told and may say.
struct Authority: Sendable {
    /// How it is asked.
    enum Mode: Sendable {
        /// With the request's own method and path, the path after a prefix.
        case envoy(prefix: String)
        /// With one method and path for all requests, which then stand in fields.
        case forwardAuth(method: HTTPMethod, path: String)
    }

    let mode: Mode
    let service: ServiceReference
    let timeout: Duration
    /// Fields of the request that it sees beside `authorization`.
    let allowedHeaders: [TextMatcher]
    let headersToAdd: [(HeaderName, Secret)]
    /// The most bytes of a body that it sees; `nil` when it sees none.
    let bodyLimit: Int?
    /// Fields of its answer that the upstream sees.
    let allowedUpstreamHeaders: [TextMatcher]
    /// Fields of its refusal that the client sees; `nil` for all.
    let allowedClientHeaders: [TextMatcher]?
}

extension Authority {
    private enum ModeName: String, CaseIterable {
        case envoy
        case forwardAuth = "forward_auth"
    }

    /// Reads `http_service`; `nil` when its endpoint cannot be used, which is then reported.
    fileprivate static func read(_ fields: ConfigurationFields) -> Authority? {
        let name = fields.choice("endpoint_mode", default: ModeName.envoy, help: "How the service is asked.")
        let endpoint = fields.requiredObject("endpoint", help: "Where it is asked.") { self.endpoint($0, name) }
        let timeout = fields.duration(
            "timeout",
            bareUnit: .milliseconds,
            in: .milliseconds(1)...(.seconds(600)),
            default: .seconds(1),
            help: "How long asking may take."
        )
        let request = fields.objectOrDefaults("authorization_request", help: "What the service is told.") { fields in
            (
                allowed: fields.fieldMatchers("allowed_headers", help: "Fields of the request that it sees.") ?? [],
                added: self.headersToAdd(fields),
                bodyLimit: self.bodyLimit(fields, endpoint?.mode)
            )
        }
        let response = fields.objectOrDefaults("authorization_response", help: "What the service may say.") { fields in
            (
                upstream: fields.fieldMatchers("allowed_upstream_headers", help: "Fields that the upstream sees.")
                    ?? [],
                client: fields.fieldMatchers(
                    "allowed_client_headers",
                    help: "Fields of a refusal that the client sees; default all."
                )
            )
        }
        guard let endpoint else { return nil }
        return Authority(
            mode: endpoint.mode,
            service: endpoint.service,
            timeout: timeout,
            allowedHeaders: request.allowed,
            headersToAdd: request.added,
            bodyLimit: request.bodyLimit,
            allowedUpstreamHeaders: response.upstream,
            allowedClientHeaders: response.client
        )
    }

    private static func endpoint(
        _ fields: ConfigurationFields,
        _ name: ModeName
    ) -> (service: ServiceReference, mode: Mode)? {
        let service = fields.service(
            "service_name",
            port: "service_port",
            host: "service_host",
            defaultPort: 80,
            help: "The service, with its suffix."
        )
        let prefix = fields.string("path_prefix", help: "In mode envoy: what stands before the request's path.")
        let path = fields.string("path", help: "In mode forward_auth: the path.")
        let method = fields.string("request_method", default: "GET", help: "In mode forward_auth: the method.")
        guard !fields.isDescribing else { return nil }
        let (needed, text) = name == .envoy ? ("path_prefix", prefix) : ("path", path)
        guard let text else {
            fields.error("missing key \"\(needed)\" (string), which endpoint_mode \(name.rawValue) needs")
            return nil
        }
        if !text.hasPrefix("/") { fields.error(at: needed, "expected a path that begins with /") }
        for key in name == .envoy ? ["path", "request_method"] : ["path_prefix"] where fields.has(key) {
            fields.warning(at: key, "has no effect with endpoint_mode \(name.rawValue)")
        }
        guard let service else { return nil }
        switch name {
        case .envoy: return (service, .envoy(prefix: text.hasSuffix("/") ? String(text.dropLast()) : text))
        case .forwardAuth:
            return (service, .forwardAuth(method: HTTPMethod(rawValue: method.uppercased()), path: text))
        }
    }

    private static func headersToAdd(_ fields: ConfigurationFields) -> [(HeaderName, Secret)] {
        let help = "Fields that the service gets beside; they replace those of the request."
        return fields.secretMap("headers_to_add", help: help).compactMap { name, value in
            guard let header = HeaderName(validating: name) else {
                fields.error(at: "headers_to_add", "found a name that no header field can have")
                return nil
            }
            return (header, value)
        }
    }

    private static func bodyLimit(_ fields: ConfigurationFields, _ mode: Mode?) -> Int? {
        let sendsBody = fields.bool("with_request_body", default: false, help: "Whether it sees the body.")
        let limit = fields.size(
            "max_request_body_bytes",
            in: 1...(1 << 30),
            default: 10 << 20,
            help: "The most bytes of a body that it sees; a longer one is answered with 413."
        )
        guard sendsBody else { return nil }
        if case .forwardAuth(let method, _) = mode, !method.carriesBody {
            fields.warning(at: "with_request_body", "has no effect with request_method \(method.rawValue)")
            return nil
        }
        return limit
    }
}

extension HTTPMethod {
    /// Whether the authority is sent a body with this method.
    var carriesBody: Bool { self != .get && self != .head && self != .options }
}
