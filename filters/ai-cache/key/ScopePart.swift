import FilterAPI

/// What has to be equal, besides the question, for a stored answer to serve a request.
enum ScopePart: Sendable, Hashable {
    /// The requested model.
    case model
    /// The authenticated consumer.
    case consumer
    /// System and developer messages.
    case system
    /// Tools and functions on offer, and the rule for choosing one.
    case tools
    /// Everything else in the body that changes the answer.
    case parameters
    /// Every message before the last.
    case history
    /// The route.
    case route
    /// A header field of the request.
    case header(HeaderName)

    static let defaultTexts = ["model", "consumer", "system", "tools", "parameters"]

    /// Reads one item of `scope`.
    init(configurationText text: String) throws(ConfigurationMistake) {
        switch text {
        case "model": self = .model
        case "consumer": self = .consumer
        case "system": self = .system
        case "tools": self = .tools
        case "parameters": self = .parameters
        case "history": self = .history
        case "route": self = .route
        case _ where text.hasPrefix("header:"):
            guard let name = HeaderName(validating: String(text.dropFirst(7))) else {
                throw ConfigurationMistake("expected header:NAME with the name of a header field")
            }
            self = .header(name)
        default:
            throw ConfigurationMistake(
                "expected one of model, consumer, system, tools, parameters, history, route, header:NAME"
            )
        }
    }

    /// The part's name, which also fixes its place in the digest.
    var tag: String {
        switch self {
        case .model: "model"
        case .consumer: "consumer"
        case .system: "system"
        case .tools: "tools"
        case .parameters: "parameters"
        case .history: "history"
        case .route: "route"
        case .header(let name): "header:" + name.string
        }
    }
}
