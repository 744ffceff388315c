import FilterAPI

/// Refuses requests whose `User-Agent` is that of a crawler.
final class BotDetect: Filter, RequestHeadHook {
    static let name = "bot-detect"
    static let phase = FilterPhase.authz
    static let priority = 310
    static let summary = "Refuses crawlers by their User-Agent."

    private let allowed: [Pattern]
    private let denied: [Pattern]
    private let known = KnownBots()
    private let refusal: Refusing

    init(_ configuration: BotDetectConfiguration, _ environment: FilterEnvironment) {
        self.allowed = configuration.allowed
        self.denied = configuration.denied
        self.refusal = configuration.refusal
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        let isBot = stream.request.headers.withValueBytes(of: .userAgent) { self.isBot($0) }
        // A client that does not say what it is counts as one with an empty name.
        guard isBot ?? self.isBot(UnsafeRawBufferPointer(start: nil, count: 0)) else { return .continue }
        return .respond(self.refusal.response(to: stream.request, detail: "bot-detect.blocked"))
    }

    private func isBot(_ agent: UnsafeRawBufferPointer) -> Bool {
        for pattern in self.allowed where pattern.matches(agent) { return false }
        for pattern in self.denied where pattern.matches(agent) { return true }
        return self.known.contain(agent)
    }
}
