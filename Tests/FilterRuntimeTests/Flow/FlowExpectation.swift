@testable import FilterRuntime

/// What must come out of a model chain, told without a state machine.
struct FlowExpectation {
    let chain: [FlowBehaviour]
    let order: [Int]
    let message: FlowMessage
    let hasTrailersHooks: Bool

    init(
        _ chain: [FlowBehaviour],
        _ direction: MessageFlow.Direction,
        _ message: FlowMessage,
        hasTrailersHooks: Bool
    ) {
        self.chain = chain
        self.order = direction == .request ? Array(chain.indices) : chain.indices.reversed()
        self.message = message
        self.hasTrailersHooks = hasTrailersHooks
    }

    /// The body that leaves after the filters before `position`.
    func text(before position: Int, from start: Int = 0, of text: String? = nil) -> String {
        var text = text ?? self.message.text
        for index in self.order[start..<position] {
            if self.chain[index].collects {
                text += "C\(index)"
            } else if self.chain[index].mutates {
                text += "\(index)"
            }
        }
        return text
    }

    var isWhole: Bool { !self.message.hasBody || self.chain.contains { $0.collects } }

    /// What is wrong with the events of an undisturbed run.
    func problems(in events: [FlowRun.Event]) -> [String] {
        self.headProblems(events) + self.bodyProblems(events) + self.trailersProblems(events) + self.outProblems(events)
    }

    private func headProblems(_ events: [FlowRun.Event]) -> [String] {
        let called = events.compactMap { if case .head(let filter) = $0 { filter } else { nil } }
        let wanted = self.order.filter { self.chain[$0].head != nil }
        return called == wanted ? [] : ["heads \(called) instead of \(wanted)"]
    }

    private func bodyProblems(_ events: [FlowRun.Event]) -> [String] {
        var problems: [String] = []
        for (position, index) in self.order.enumerated() {
            let filter = self.chain[index]
            let wanted = self.text(before: position)
            let collected = events.compactMap { event -> String? in
                if case .collected(index, let text) = event { text } else { nil }
            }
            if collected != (filter.collects ? [wanted] : []) {
                problems.append("filter \(index) collected \(collected)")
            }
            let parts = events.compactMap { event -> (text: String, end: Bool)? in
                if case .body(index, let text, let end) = event { (text, end) } else { nil }
            }
            if filter.collects || filter.body == .none {
                if !parts.isEmpty { problems.append("filter \(index) got parts of the body") }
                continue
            }
            if parts.map(\.text).joined() != wanted { problems.append("filter \(index) got \(parts), not \(wanted)") }
            if parts.filter(\.end).count != 1 || parts.last?.end != true {
                problems.append("filter \(index) got \(parts.filter(\.end).count) ends")
            }
            problems += self.order(of: events, index)
        }
        return problems
    }

    /// A filter sees a head before what follows it.
    private func order(of events: [FlowRun.Event], _ index: Int) -> [String] {
        guard self.chain[index].head != nil, let head = events.firstIndex(of: .head(index)) else { return [] }
        let body = events.firstIndex { if case .body(index, _, _) = $0 { true } else { false } }
        return (body ?? head) < head ? ["filter \(index) got the body before the head"] : []
    }

    private func trailersProblems(_ events: [FlowRun.Event]) -> [String] {
        let called = events.compactMap { if case .trailers(let filter) = $0 { filter } else { nil } }
        let wanted = self.hasTrailersHooks && self.message.hasTrailers ? self.order : []
        return called == wanted ? [] : ["trailers \(called) instead of \(wanted)"]
    }

    private func outProblems(_ events: [FlowRun.Event]) -> [String] {
        let text = self.text(before: self.order.count)
        guard !self.isWhole else {
            let whole = FlowRun.Event.outWhole(
                text,
                trailers: self.message.hasTrailers,
                hadBody: self.message.hasBody
            )
            let out = events.filter(\.isOutput)
            return out == [whole] && events.last == whole ? [] : ["came out as \(out), not \(whole)"]
        }
        let out = events.filter(\.isOutput)
        var problems: [String] = []
        let isKnown = !self.chain.contains { $0.mutates }
        if out.first != .outHead(lengthIsKnown: isKnown) {
            problems.append("out began with \(String(describing: out.first))")
        }
        guard case .outEnd(_, let trailers)? = out.last else { return problems + ["no end came out"] }
        if trailers != self.message.hasTrailers { problems.append("trailers \(trailers)") }
        if out.map(\.text).joined() != text { problems.append("\(out.map(\.text)) came out, not \(text)") }
        let ends = out.dropFirst().dropLast().filter { if case .outBody = $0 { false } else { true } }
        if !ends.isEmpty { problems.append("\(ends) between head and end") }
        return problems
    }
}

extension FlowRun.Event {
    var isOutput: Bool {
        switch self {
        case .outHead, .outBody, .outEnd, .outWhole: true
        default: false
        }
    }

    var text: String {
        switch self {
        case .outBody(let text), .outEnd(let text, _), .outWhole(let text, _, _): text
        default: ""
        }
    }
}
