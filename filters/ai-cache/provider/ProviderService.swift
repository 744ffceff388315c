import FilterAPI
import NIOCore

/// How a provider's service is usually reached.
struct ServiceDefaults: Sendable, Hashable {
    /// The `Host` that requests carry unless the file says another.
    enum Host: Sendable, Hashable {
        /// The service's public name.
        case named(String)
        /// The service's own domain, for servers that people run themselves.
        case ofService
        /// There is no usual one: `serviceHost` has to be given.
        case required
    }

    var host: Host
    /// The port of a name that needs no declaration and has none; a declared service has its own.
    var port = 443
}

/// The service of one provider: where calls go and how long they may take.
///
/// The one place that talks to services of embedding and vector providers; what is said is the providers' matter.
struct ProviderService: Sendable {
    /// The longest answer that is read: room for many long vectors and answers.
    static let maximumAnswerBytes = 16 << 20

    let service: ServiceReference
    /// The `Host` of requests.
    let host: String
    let timeout: Duration

    /// Declares and reads `serviceName`, `servicePort`, `serviceHost` and `timeout`.
    ///
    /// - Returns: nil when one of them is missing or wrong.
    init?(_ fields: ConfigurationFields, _ defaults: ServiceDefaults) {
        let service = fields.service(defaultPort: defaults.port, help: "The service, with its suffix.")
        let host = Self.host(fields, defaults.host)
        self.timeout = fields.duration(
            "timeout",
            bareUnit: .milliseconds,
            in: .milliseconds(1)...(.seconds(600)),
            default: .seconds(10),
            help: "How long one call may take, connecting included."
        )
        guard let service else { return nil }
        self.service = service
        self.host = host ?? service.host
    }

    private static func host(_ fields: ConfigurationFields, _ usual: ServiceDefaults.Host) -> String? {
        let help = "The Host that is sent to the service."
        switch usual {
        case .named(let name): return fields.string("serviceHost", default: name, help: help)
        case .ofService: return fields.string("serviceHost", help: help)
        case .required: return fields.requiredString("serviceHost", help: help)
        }
    }
}

extension ProviderService {
    /// Makes the call, checks that the answer is a success with a JSON body, and reads it.
    ///
    /// - Parameters:
    ///   - callouts: The stream's way to services.
    ///   - secondsSince1970: The time, for services that want it signed.
    ///   - request: Makes the request.
    ///   - read: Reads the answer.
    /// - Throws: `CalloutError` when there is no answer, ``ProviderError`` when it says that something is wrong; without
    ///   what the request authenticates itself with.
    nonisolated(nonsending) func answer<Value>(
        by callouts: any Callouts,
        at secondsSince1970: Int,
        to request: (ProviderCall) -> ProviderRequest,
        reading read: (JSONAnswer) throws(ProviderError) -> Value
    ) async throws -> Value {
        let request = request(ProviderCall(host: self.host, secondsSince1970: secondsSince1970))
        let response = try await callouts.http(self.callout(request), to: self.service)
        do throws(ProviderError) {
            return try read(try JSONAnswer(response))
        } catch {
            throw error.hiding(credentialsOf: request)
        }
    }

    private func callout(_ request: ProviderRequest) -> CalloutRequest {
        var headers = request.headers
        headers[.contentType] = "application/json"
        headers[.accept] = "application/json"
        return CalloutRequest(
            method: request.method,
            path: request.path,
            host: self.host,
            headers: headers,
            body: request.body,
            timeout: self.timeout,
            maximumResponseBytes: Self.maximumAnswerBytes
        )
    }
}

extension JSONAnswer {
    /// - Throws: ``ProviderError`` for a status other than 2xx and a body that is not JSON.
    fileprivate init(_ response: CalloutResponse) throws(ProviderError) {
        guard (200..<300).contains(response.status) else {
            let words = ProviderError.cut(response.body)
            throw ProviderError(.status, "status \(response.status)\(words.isEmpty ? "" : ": ")\(words)")
        }
        guard let document = JSONDocument(response.body) else {
            throw ProviderError(.badAnswer, "the answer is not JSON")
        }
        self.init(document)
    }
}

extension ProviderError {
    /// The words before credentials that say of which kind they are.
    private static let schemes: Set<String> = ["Bearer", "Basic", "ApiKey"]

    /// The error without what the request authenticates itself with: services like to repeat it.
    fileprivate func hiding(credentialsOf request: ProviderRequest) -> ProviderError {
        var words = request.credentials
        for field in request.headers {
            for word in field.value.split(separator: " ") {
                words.append(String(word))
                // A user and a password, which services repeat one by one.
                words += word.split(separator: ":").map(String.init)
            }
        }
        var message = self.message
        // Long ones first: what is left of one that begins with another would tell its end.
        for word in words.sorted(by: { $0.utf8.count > $1.utf8.count }) where !Self.schemes.contains(word) {
            guard word.utf8.count >= 4 else {
                message = Self.hiding(word, in: message)
                continue
            }
            message = message.replacing(word, with: Secret.redacted)
            // The service's words are cut, maybe within a credential.
            if let length = (4..<max(4, word.count)).last(where: { message.hasSuffix(word.prefix($0)) }) {
                message = message.dropLast(length) + Secret.redacted
            }
        }
        return ProviderError(self.code, message)
    }

    /// A text without a short word: where it stands for itself, since inside of other words it tells nothing.
    private static func hiding(_ word: String, in text: String) -> String {
        guard !word.isEmpty else { return text }
        var hidden = ""
        var rest = Substring(text)
        while let place = rest.firstRange(of: word) {
            hidden.append(contentsOf: rest[..<place.lowerBound])
            rest = rest[place.upperBound...]
            let isInside = self.isInWord(hidden.last) || self.isInWord(rest.first)
            hidden.append(isInside ? word : Secret.redacted)
        }
        hidden.append(contentsOf: rest)
        return hidden
    }

    private static func isInWord(_ character: Character?) -> Bool {
        character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
    }
}
