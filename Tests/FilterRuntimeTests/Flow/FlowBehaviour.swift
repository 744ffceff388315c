/// What one filter of a model chain has and does.
struct FlowBehaviour: Hashable, Sendable, CustomStringConvertible {
    enum HeadAnswer: CaseIterable {
        case proceed, suspend, collect, suspendThenCollect
    }

    enum Body: CaseIterable {
        case none, mutator, observer, both
    }

    var head: HeadAnswer?
    var body = Body.none
    /// Whether the body hooks suspend before they go on.
    var bodySuspends = false
    var hasCollect = false
    var collectedSuspends = false

    var collects: Bool { self.head == .collect || self.head == .suspendThenCollect }
    var mutates: Bool { self.body == .mutator || self.body == .both }
    var observes: Bool { self.body == .observer || self.body == .both }

    var description: String {
        let head = self.head.map { "\($0)" } ?? "-"
        let collect = self.hasCollect ? "+collect\(self.collectedSuspends ? "(suspends)" : "")" : ""
        return "[head \(head), body \(self.body)\(self.bodySuspends ? "(suspends)" : "")\(collect)]"
    }

    /// Every combination that can be told apart.
    static let all: [FlowBehaviour] = {
        var found: Set<FlowBehaviour> = []
        for head in [nil] + HeadAnswer.allCases.map({ Optional($0) }) {
            for body in Body.allCases {
                for flags in 0..<8 {
                    var behaviour = FlowBehaviour(head: head, body: body)
                    behaviour.bodySuspends = flags & 1 != 0 && body != .none && !behaviour.collects
                    behaviour.hasCollect = flags & 2 != 0 || behaviour.collects
                    behaviour.collectedSuspends = flags & 4 != 0 && behaviour.collects
                    found.insert(behaviour)
                }
            }
        }
        return found.sorted { $0.description < $1.description }
    }()

    /// The most different ones, for long chains.
    static let few: [FlowBehaviour] = [
        FlowBehaviour(),
        FlowBehaviour(head: .proceed),
        FlowBehaviour(head: .suspend, body: .mutator),
        FlowBehaviour(body: .mutator, bodySuspends: true),
        FlowBehaviour(body: .observer),
        FlowBehaviour(head: .proceed, body: .both, bodySuspends: true),
        FlowBehaviour(head: .collect, hasCollect: true),
        FlowBehaviour(head: .suspendThenCollect, body: .mutator, hasCollect: true, collectedSuspends: true),
    ]
}

/// One message of the model.
struct FlowMessage: Sendable, CustomStringConvertible {
    let chunks: [String]
    let hasBody: Bool
    let hasTrailers: Bool

    var text: String { self.chunks.joined() }
    var description: String { "\(self.chunks)\(self.hasTrailers ? " with trailers" : "")" }

    static let all: [FlowMessage] = [
        FlowMessage(chunks: [], hasBody: false, hasTrailers: false),
        FlowMessage(chunks: [], hasBody: true, hasTrailers: false),
        FlowMessage(chunks: ["abc"], hasBody: true, hasTrailers: false),
        FlowMessage(chunks: ["abc", "de"], hasBody: true, hasTrailers: false),
        FlowMessage(chunks: ["abc", "de"], hasBody: true, hasTrailers: true),
        FlowMessage(chunks: [], hasBody: true, hasTrailers: true),
    ]
}

/// When parts arrive and operations end.
enum FlowTiming: CaseIterable, Sendable {
    /// All parts are there before the first hook is called.
    case partsFirst
    /// Each operation ends before the next part arrives.
    case operationsFirst
    /// Operations end only after all parts have arrived.
    case operationsLast
}
