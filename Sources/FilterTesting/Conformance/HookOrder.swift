/// Which hooks of one filter were called in one stream, and whether the next one may be.
struct HookOrder: Sendable {
    /// A hook, without its direction.
    enum Hook: String, Sendable {
        case head, body, bodyEnd = "the end of the body", collected, trailers
    }

    private struct Message: Sendable {
        var called: Set<Hook> = []
    }

    private var request = Message()
    private var response = Message()
    private var hasEnded = false

    /// Notes a call in one direction; answers what is wrong with it.
    mutating func call(_ hook: Hook, isRequest: Bool) -> String? {
        let called = isRequest ? self.request.called : self.response.called
        if isRequest { self.request.called.insert(hook) } else { self.response.called.insert(hook) }
        let name = "\(hook.rawValue) of the \(isRequest ? "request" : "response")"
        if self.hasEnded { return "\(name) after the stream's end" }
        switch hook {
        case .head: return called.isEmpty ? nil : "a second head, or one behind other parts: \(name)"
        case .body, .bodyEnd, .collected:
            let isOver = called.contains(.bodyEnd) || called.contains(.collected) || called.contains(.trailers)
            return isOver ? "\(name) after the end of the body" : nil
        case .trailers: return called.contains(.trailers) ? "\(name) twice" : nil
        }
    }

    /// Notes the end of the stream; answers what is wrong with it.
    mutating func end() -> String? {
        defer { self.hasEnded = true }
        return self.hasEnded ? "streamEnded twice" : nil
    }
}
