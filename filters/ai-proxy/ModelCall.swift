import FilterAPI

/// What a client asks of an OpenAI-compatible API, by its path.
struct ModelCall: Sendable, Hashable {
    /// What comes after the version, such as `/chat/completions`.
    let path: String
    /// The query without `?`; `nil` without one.
    let query: String?

    private static let version = "/v1"
    /// Calls that are known without their version too.
    private static let bare = [
        "/chat/completions", "/completions", "/embeddings", "/images/generations", "/audio/speech",
    ]

    /// A chat.
    static let chat = ModelCall(path: "/chat/completions", query: nil)

    private init(path: String, query: String?) {
        self.path = path
        self.query = query
    }

    /// Reads a request's path, whatever comes before the version; `nil` when it is none of the API's.
    init?(_ request: RequestHead) {
        let path = request.pathWithoutQuery
        if let version = path.ranges(of: Self.version + "/").last {
            self.path = String(path[path.index(before: version.upperBound)...])
        } else if let bare = Self.bare.first(where: { path.hasSuffix($0) }) {
            self.path = bare
        } else {
            return nil
        }
        self.query = request.query.map { String($0) }
    }

    /// Whether it is a chat.
    var isChat: Bool { self.path == "/chat/completions" }
    /// Whether it is Anthropic's own chat.
    var isMessages: Bool { self.path == "/messages" }

    /// A path with this call's query.
    func target(_ path: String) -> String { self.query.map { "\(path)?\($0)" } ?? path }
}

/// What a body asks for.
struct ModelQuestion: Sendable, Hashable {
    /// The model, after mapping; empty without one.
    var model = ""
    /// Whether the answer comes as events.
    var streams = false
    /// Whether the client wants to know what a stream took.
    var wantsUsage = false

    /// A question without a body.
    init() {}

    /// Reads a body.
    init(_ body: JSONDocument, mapping: ModelMapping) {
        func isTrue(_ name: StaticString, _ value: Int) -> Bool {
            body.member(name, of: value).map { body.kind(of: $0) == .true } ?? false
        }
        let root = JSONDocument.root
        let model = body.member("model", of: root).flatMap { body.string($0) } ?? ""
        self.model = mapping.target(of: model) ?? model
        self.streams = isTrue("stream", root)
        self.wantsUsage = body.member("stream_options", of: root).map { isTrue("include_usage", $0) } ?? false
    }
}
