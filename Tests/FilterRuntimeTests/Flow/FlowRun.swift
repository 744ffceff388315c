import FilterAPI
import NIOCore

@testable import FilterRuntime

/// Drives one message through a model chain and notes what happens.
///
/// Filter 2 of a chain appends `2` to the body's end when it changes bodies, and `C2` to a body that it collected: what
/// comes out tells in which order which filters saw which bytes.
struct FlowRun {
    enum Event: Equatable {
        case head(Int)
        case body(Int, String, end: Bool)
        case trailers(Int)
        case collected(Int, String)
        case outHead(lengthIsKnown: Bool)
        case outBody(String)
        case outEnd(String, trailers: Bool)
        case outWhole(String, trailers: Bool, hadBody: Bool)
        case tooLong(Int)
    }

    /// What is done instead of answering the step of that number.
    enum Interruption {
        case abort(atStep: Int)
        case replace(atStep: Int)
        case deactivate(Int, atStep: Int)
    }

    let chain: [FlowBehaviour]
    let hasTrailersHooks: Bool
    var limit = 1000
    var whenLonger = FilterAction.LongBody.refuse
    var interruption: Interruption?

    var flow: MessageFlow
    var events: [Event] = []
    var steps = 0
    var problems: [String] = []
    var isInterrupted = false
    var wasReplaced: Bool?
    var collecting: Int?
    /// What the filter that is waited for answers in the end.
    private var pending: FilterAction?

    init(_ chain: [FlowBehaviour], _ direction: MessageFlow.Direction, hasTrailersHooks: Bool) {
        self.chain = chain
        self.hasTrailersHooks = hasTrailersHooks
        self.flow = MessageFlow(direction)
        var masks = ResolvedChain.Masks()
        for (index, filter) in chain.enumerated() {
            if filter.head != nil { masks.head.insert(index) }
            if filter.mutates { masks.body.insert(index) }
            if filter.observes { masks.observer.insert(index) }
            if filter.hasCollect { masks.collect.insert(index) }
            if hasTrailersHooks { masks.trailers.insert(index) }
        }
        self.flow.begin(count: chain.count, masks: masks)
    }

    mutating func run(_ message: FlowMessage, _ timing: FlowTiming) {
        self.feed(message, timing)
        self.finishOperations()
        if case .wait = self.flow.next() {} else { self.problems.append("a step after the end") }
        if self.flow.heldBytes != 0 { self.problems.append("\(self.flow.heldBytes) bytes held at the end") }
    }

    private mutating func feed(_ message: FlowMessage, _ timing: FlowTiming) {
        self.flow.receiveHead(hasBody: message.hasBody)
        self.react(timing)
        for chunk in message.chunks where !self.isReplaced {
            self.flow.receive(body: ByteBuffer(string: chunk))
            self.react(timing)
        }
        if !self.isReplaced { self.flow.receiveEnd(trailers: message.hasTrailers ? ["x-end": "1"] : nil) }
        if timing == .partsFirst { self.drive() } else { self.react(timing) }
    }

    private var isReplaced: Bool { self.wasReplaced == true }

    private mutating func react(_ timing: FlowTiming) {
        switch timing {
        case .partsFirst: break
        case .operationsFirst: self.finishOperations()
        case .operationsLast: self.drive()
        }
    }

    private mutating func finishOperations() {
        self.drive()
        while let answer = self.pending, self.problems.count < 5 {
            if !self.flow.isSuspended { self.problems.append("not suspended before an operation ends") }
            self.pending = nil
            self.flow.returned(answer)
            self.drive()
        }
    }

    private mutating func drive() {
        while self.problems.count < 5 {
            let step = self.flow.next()
            if case .wait = step { return }
            if self.pending != nil { self.problems.append("a step while a filter holds the message") }
            self.steps += 1
            self.perform(step)
            if self.steps > 200 { self.problems.append("endless") }
        }
    }

    private mutating func perform(_ step: MessageFlow.Step) {
        switch step {
        case .callHead(let filter):
            self.events.append(.head(filter))
            self.answerHead(filter)
        case .callBody(let filter, let end):
            self.events.append(.body(filter, String(buffer: self.flow.currentBody), end: end))
            if end, self.chain[filter].mutates { self.flow.currentBody.writeString("\(filter)") }
            self.answer(.continue, suspends: self.chain[filter].bodySuspends)
        case .callTrailers(let filter):
            self.events.append(.trailers(filter))
            self.answer(.continue, suspends: false)
        case .callCollected(let filter):
            self.events.append(.collected(filter, String(buffer: self.flow.currentBody)))
            self.flow.currentBody.writeString("C\(filter)")
            self.answer(.continue, suspends: self.chain[filter].collectedSuspends)
            if !self.isInterrupted { self.collecting = nil }
        case .deliverHead(let isKnown): self.events.append(.outHead(lengthIsKnown: isKnown))
        case .deliverBody(let chunk): self.events.append(.outBody(String(buffer: chunk)))
        case .deliverEnd(let chunk, let trailers):
            self.events.append(.outEnd(String(buffer: chunk), trailers: trailers != nil))
        case .deliverWhole(let body, let trailers, let hadBody):
            self.events.append(.outWhole(String(buffer: body), trailers: trailers != nil, hadBody: hadBody))
        case .tooLong(let filter):
            self.events.append(.tooLong(filter))
            self.flow.abort()
        case .wait: break
        }
    }

    private mutating func answerHead(_ filter: Int) {
        let suspends = self.chain[filter].head == .suspend || self.chain[filter].head == .suspendThenCollect
        guard self.chain[filter].collects, !self.isReplaced else {
            return self.answer(.continue, suspends: suspends)
        }
        self.answer(.collect(limit: self.limit, whenLonger: self.whenLonger), suspends: suspends)
        if !self.isInterrupted { self.collecting = filter }
    }

    private mutating func answer(_ action: FilterAction, suspends: Bool) {
        if !self.isInterrupted, self.interrupt() { return }
        guard suspends else { return self.flow.returned(action) }
        self.pending = action
        self.flow.returned(.suspend { .continue })
        if self.flow.suspendedFilter == nil { self.problems.append("not suspended") }
    }

    /// Answers whether the flow was taken away from the filter that is being called.
    private mutating func interrupt() -> Bool {
        switch self.interruption {
        case .abort(let step) where step == self.steps:
            self.isInterrupted = true
            self.flow.abort()
            return true
        case .replace(let step) where step == self.steps:
            self.isInterrupted = true
            let wasReplaced = self.flow.replaceMessage()
            self.wasReplaced = wasReplaced
            guard wasReplaced else {
                self.flow.abort()
                return true
            }
            self.flow.receiveHead(hasBody: true)
            self.flow.receive(body: ByteBuffer(string: "new"))
            self.flow.receiveEnd(trailers: nil)
            return true
        case .deactivate(let filter, let step) where step == self.steps:
            self.isInterrupted = true
            var mask = FilterMask()
            mask.insert(filter)
            self.flow.deactivate(mask)
            return false
        default: return false
        }
    }
}
