import FilterAPI
import GJSON

/// One value for the access log, and where it comes from.
struct StatisticsAttribute: Sendable {
    /// Where a value comes from.
    enum Source: String, Sendable, CaseIterable {
        case fixedValue = "fixed_value"
        case requestHeader = "request_header"
        case requestBody = "request_body"
        case responseHeader = "response_header"
        case responseBody = "response_body"
        case responseStreamingBody = "response_streaming_body"
    }

    /// What becomes of the values of several events.
    enum Rule: String, Sendable, CaseIterable {
        case first, replace, append
    }

    /// A value that is known by its key alone.
    enum BuiltIn: String, Sendable, CaseIterable {
        case question, system, answer, reasoning
        case toolCalls = "tool_calls"
        case reasoningTokens = "reasoning_tokens"
        case cachedTokens = "cached_tokens"
        case inputTokenDetails = "input_token_details"
        case outputTokenDetails = "output_token_details"
    }

    /// What is looked at.
    enum Kind: Sendable {
        case fixed(String)
        case field(HeaderName, ofResponse: Bool)
        case requestBody(GJSONPath)
        case responseBody(GJSONPath)
        case event(GJSONPath, Rule)
        case builtIn(BuiltIn)
    }

    let key: String
    let kind: Kind
    /// What stands in for a value that is not there.
    let defaultValue: String?
    let isLogged: Bool

    /// Built-in values of answers without texts.
    static let ofAnswers = [.reasoningTokens, .cachedTokens, .inputTokenDetails, .outputTokenDetails].map {
        StatisticsAttribute($0)
    }
    /// All built-in values, and the whole dialogue.
    static let all =
        [
            StatisticsAttribute(
                key: "messages",
                kind: .requestBody(GJSONPath("messages")),
                defaultValue: nil,
                isLogged: true
            )
        ] + BuiltIn.allCases.map { StatisticsAttribute($0) }

    private init(key: String, kind: Kind, defaultValue: String?, isLogged: Bool) {
        self.key = key
        self.kind = kind
        self.defaultValue = defaultValue
        self.isLogged = isLogged
    }

    private init(_ builtIn: BuiltIn) {
        self.init(key: builtIn.rawValue, kind: .builtIn(builtIn), defaultValue: nil, isLogged: true)
    }
}

extension StatisticsAttribute {
    /// Reads an attribute.
    init(_ fields: ConfigurationFields) {
        self.key = fields.requiredString("key", help: "The name in ai_log.")
        let source = fields.choice("value_source", of: Source.self, help: "Where the value comes from.")
        let value = fields.string("value", help: "The value, the field's name, or a GJSON path.")
        self.defaultValue = fields.string("default_value", help: "What stands in for a value that is not there.")
        let rule = fields.choice("rule", of: Rule.self, help: "What becomes of the values of several events.")
        self.isLogged = fields.bool("apply_to_log", default: false, help: "Whether the value is logged.")
        let isTraced = fields.bool("apply_to_span", default: false, help: "Whether the value is set on spans.")
        _ = fields.string("trace_span_key", help: "Its name on spans.")
        let isSeparate = fields.bool("as_separate_log_field", default: false, help: "Whether it is a field of its own.")
        self.kind = StatisticsAttribute.kind(source, value, rule, BuiltIn(rawValue: self.key))
        guard !fields.isDescribing else { return }
        if isTraced { fields.warning(at: "apply_to_span", "has no effect: this gateway sets no attributes on spans") }
        if isSeparate { fields.warning(at: "as_separate_log_field", "has no effect: the value stands in ai_log") }
        self.check(fields, source, value, rule)
    }

    private static func kind(_ source: Source?, _ value: String?, _ rule: Rule?, _ builtIn: BuiltIn?) -> Kind {
        let text = value ?? ""
        switch source {
        case .fixedValue: return .fixed(text)
        case .requestHeader: return .field(HeaderName(text), ofResponse: false)
        case .responseHeader: return .field(HeaderName(text), ofResponse: true)
        case .requestBody: return .requestBody(GJSONPath(text))
        case .responseBody: return .responseBody(GJSONPath(text))
        case .responseStreamingBody: return .event(GJSONPath(text), rule ?? .replace)
        case nil: return builtIn.map { .builtIn($0) } ?? .fixed(text)
        }
    }

    private func check(_ fields: ConfigurationFields, _ source: Source?, _ value: String?, _ rule: Rule?) {
        let isBuiltIn = BuiltIn(rawValue: self.key) != nil
        if source == nil, !isBuiltIn, !self.key.isEmpty {
            let names = BuiltIn.allCases.map(\.rawValue).joined(separator: ", ")
            fields.error("missing key \"value_source\"; only built-in attributes are without (\(names))")
        }
        if source != nil, value?.isEmpty ?? true { fields.error("missing key \"value\" (string)") }
        if source == .requestHeader || source == .responseHeader, let value, !value.isEmpty,
            HeaderName(validating: value) == nil
        {
            fields.error(
                at: "value",
                "found a name that no header field can have; expected letters, digits and hyphens"
            )
        }
        if rule != nil, source != nil, source != .responseStreamingBody {
            fields.error(
                at: "rule",
                "found a rule for a value that comes once; expected it with response_streaming_body"
            )
        }
    }
}
