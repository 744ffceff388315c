package import FilterAPI
package import NIOCore

/// One message on its way through the filters of a chain: what to call next, what to hold, what to hand on.
///
/// A pure value without clock, log or channel. The driver feeds parts in with ``receiveHead()``, ``receive(body:)`` and
/// ``receiveEnd(trailers:)``, asks ``next()`` until it says ``Step/wait``, and reports what hooks answered. There is one
/// for the request and one, with the order reversed, for the response.
///
/// Parts stay in order: while one is held by a filter, those after it wait. A filter that collects takes the parts that
/// reach it out of the flow until the last has come.
package struct MessageFlow {
    /// In which order the filters see the message.
    package enum Direction: Sendable {
        case request, response
    }

    /// What the driver has to do.
    package enum Step {
        /// Call the head hook of a filter and report with ``returned(_:)``.
        case callHead(Int)
        /// Call the body hook or the observer of a filter with ``currentBody`` and report.
        case callBody(Int, end: Bool)
        /// Call the trailers hook of a filter with ``currentTrailers`` and report.
        case callTrailers(Int)
        /// Call the collect hook of a filter with ``currentBody`` and report.
        case callCollected(Int)
        /// The head has passed all filters; more follows. `lengthIsKnown` is false when a filter may change the body.
        case deliverHead(lengthIsKnown: Bool)
        /// A part of the body has passed all filters.
        case deliverBody(ByteBuffer)
        /// The last part of the body, possibly empty, and the trailers have passed all filters.
        case deliverEnd(ByteBuffer, trailers: Trailers?)
        /// Head and whole body have passed all filters. `hadBody` says whether one was announced when it came in.
        case deliverWhole(ByteBuffer, trailers: Trailers?, hadBody: Bool)
        /// The body is longer than the filter was willing to collect.
        case tooLong(Int)
        /// Nothing to do until something is received or a filter answers.
        case wait
    }

    /// Trailers in an object of their own: few messages have any, and parts are moved often.
    package final class Trailers {
        package let fields: HeaderFields

        init(_ fields: HeaderFields) { self.fields = fields }
    }

    /// A part of the message, or none.
    private struct Part {
        enum Kind { case none, head, body, end }

        var kind = Kind.none
        /// The bytes of a part of the body, or of its end.
        var chunk = ByteBuffer()
        /// Those of the end.
        var trailers: Trailers?
    }

    /// Which hook of the current part and filter comes next.
    private enum Stage {
        case body, trailers
    }

    private struct Collecting {
        let filter: Int
        let position: Int
        let limit: Int
        let whenLonger: FilterAction.LongBody
        var body = ByteBuffer()
    }

    private enum Waiting {
        case nothing
        case hook
        case operation
    }

    package let direction: Direction
    private var count = 0
    private var masks: ResolvedChain.Masks
    /// Filters that are out of this stream: skipped, or failed open.
    private var inactive = FilterMask()

    private var inbox: ContiguousArray<(part: Part, position: Int)> = []
    private var inboxStart = 0
    private var inboxBytes = 0
    private var current = Part()
    private var position = 0
    private var stage = Stage.body
    private var calling: Int?
    private var waiting = Waiting.nothing
    private var collecting: Collecting?

    private var startPosition = 0
    private var headPosition = 0
    /// Before this place, filters whose head hook is for every head see also that of a message that came in another's place.
    private var repeatedEnd = 0
    private var isHeadReceived = false
    private var isHeadHeld = false
    private var isWhole = false
    private var hadBody = false
    /// Whether the message was given up.
    package private(set) var isAborted = false

    /// Whether the head has been handed on.
    package private(set) var isHeadDelivered = false
    /// Whether the last part has been handed on.
    package private(set) var isEnded = false

    package init(_ direction: Direction) {
        self.direction = direction
        self.masks = ResolvedChain.Masks()
    }

    /// Begins with a new message of a new stream and keeps the memory of the last one.
    package mutating func begin(_ chain: ResolvedChain) {
        self.begin(count: chain.count, masks: self.direction == .request ? chain.request : chain.response)
    }

    /// Begins with a new message that passes so many filters, which have these hooks.
    mutating func begin(count: Int, masks: ResolvedChain.Masks) {
        self.clear()
        self.count = count
        self.masks = masks
        self.inactive = FilterMask()
        self.position = 0
        self.startPosition = 0
        self.headPosition = 0
        self.repeatedEnd = 0
        self.isHeadReceived = false
        self.isHeadHeld = false
        self.isWhole = false
        self.hadBody = false
        self.isAborted = false
        self.isHeadDelivered = false
        self.isEnded = false
    }

    /// Bytes of body that wait because a filter holds an earlier part; what is being collected does not count.
    package var heldBytes: Int {
        self.current.kind == .body ? self.inboxBytes &+ self.current.chunk.readableBytes : self.inboxBytes
    }

    /// The filter that holds the message by an operation.
    package var suspendedFilter: Int? { self.isSuspended ? self.calling : nil }
    /// Whether a filter's operation holds the message.
    package var isSuspended: Bool { if case .operation = self.waiting { true } else { false } }
    /// Whether a filter collects the body.
    package var isCollecting: Bool { self.collecting != nil }
    /// Whether a part has come in.
    package var isStarted: Bool { self.isHeadReceived }
    /// Whether the filter being called may ask for the whole body: it has the head in hand, and a collect hook.
    package var mayCollect: Bool {
        guard let filter = self.calling, self.current.kind == .head else { return false }
        // What comes behind a head that is seen once more does not come by there.
        return self.position >= self.startPosition && self.masks.collect.contains(filter)
    }
    /// Whether the filter being called holds the head: what it changes there, the filters after it see.
    package var isHeadAtCalledFilter: Bool {
        guard let filter = self.calling else { return false }
        return self.current.kind == .head || self.collecting?.filter == filter
    }
}

// MARK: Input

extension MessageFlow {
    /// The head has come in; the driver holds it.
    ///
    /// - Parameter hasBody: Whether a body is announced. Without one the driver calls ``receiveEnd(trailers:)`` at once.
    package mutating func receiveHead(hasBody: Bool) {
        guard !self.isAborted, !self.isHeadReceived else { return }
        self.isHeadReceived = true
        self.hadBody = hasBody
        self.isWhole = !hasBody
        self.enqueue(Part(kind: .head), at: self.repeatedEnd > 0 ? 0 : self.startPosition)
    }

    /// A part of the body has come in.
    package mutating func receive(body: ByteBuffer) {
        guard !self.isAborted, body.readableBytes > 0 else { return }
        self.enqueue(Part(kind: .body, chunk: body), at: self.startPosition)
    }

    /// The end of the message has come in.
    package mutating func receiveEnd(trailers: HeaderFields?) {
        guard !self.isAborted else { return }
        self.enqueue(Part(kind: .end, trailers: trailers.map { Trailers($0) }), at: self.startPosition)
    }

    /// Takes filters out of the rest of the message.
    package mutating func deactivate(_ filters: FilterMask) {
        self.inactive.formUnion(filters)
    }

    /// Runs the filters after the one being called as another chain has them; the places are the same.
    ///
    /// - Parameter filters: Filters that were out because the old chain had none at their places.
    package mutating func replaceChain(_ chain: ResolvedChain, reactivating filters: FilterMask) {
        self.masks = self.direction == .request ? chain.request : chain.response
        self.inactive = self.inactive.subtracting(filters)
    }

    /// Gives the message up: nothing of it is handed on any more.
    package mutating func abort() {
        self.clear()
        self.isAborted = true
    }

    /// Gives up what has come in, so that another message can take its place for the filters that saw no head yet, and for
    /// those before them that see every head.
    ///
    /// Of these the one that has the head in hand is left out: what it did to the head may be why there is another message,
    /// and would be again.
    ///
    /// - Returns: False when the head has been handed on, and the message cannot be replaced.
    package mutating func replaceMessage() -> Bool {
        guard !self.isHeadDelivered, !self.isAborted else { return false }
        self.repeatedEnd = self.headPosition
        if self.current.kind == .head { self.repeatedEnd = self.calling == nil ? self.position - 1 : self.position }
        self.clear()
        self.startPosition = self.headPosition
        self.isHeadReceived = false
        self.isHeadHeld = false
        return true
    }

    private mutating func clear() {
        if !self.inbox.isEmpty { self.inbox.removeAll(keepingCapacity: true) }
        self.inboxStart = 0
        self.inboxBytes = 0
        self.current = Part()
        self.calling = nil
        self.waiting = .nothing
        self.collecting = nil
    }

    private mutating func enqueue(_ part: Part, at position: Int) {
        guard self.current.kind == .none, self.inboxStart == self.inbox.count, case .nothing = self.waiting else {
            if part.kind == .body { self.inboxBytes &+= part.chunk.readableBytes }
            self.inbox.append((part, position))
            return
        }
        self.begin(part, at: position)
    }

    private mutating func begin(_ part: Part, at position: Int) {
        self.current = part
        self.position = position
        self.stage = .body
    }
}

// MARK: What the driver calls with

extension MessageFlow {
    /// The part of the body that the hook being called may change.
    package var currentBody: ByteBuffer {
        get { self.current.chunk }
        set { if self.current.kind == .body || self.current.kind == .end { self.current.chunk = newValue } }
    }

    /// The trailers that the hook being called may change.
    package var currentTrailers: HeaderFields {
        get { self.current.trailers?.fields ?? HeaderFields() }
        set { if self.current.kind == .end { self.current.trailers = newValue.isEmpty ? nil : Trailers(newValue) } }
    }
}

// MARK: Output

extension MessageFlow {
    /// What to do next.
    package mutating func next() -> Step {
        while true {
            guard case .nothing = self.waiting, !self.isAborted else { return .wait }
            if self.current.kind == .none, !self.takeFromInbox() { return .wait }
            switch self.current.kind {
            case .none: return .wait
            case .head: if let step = self.advanceHead() { return step }
            case .body: if let step = self.advanceBody() { return step }
            case .end: if let step = self.advanceEnd() { return step }
            }
        }
    }

    /// The hook that ``next()`` asked for has answered, or the operation that it answered with.
    package mutating func returned(_ action: FilterAction) {
        guard let filter = self.calling else { return }
        switch action {
        case .continue, .respond:
            self.waiting = .nothing
            self.passed(filter)
        case .suspend:
            self.waiting = .operation
        case .collect(let limit, let whenLonger):
            self.waiting = .nothing
            self.collect(filter, limit: limit, whenLonger: whenLonger)
        }
    }

    /// The filter failed and is left out from here on.
    package mutating func filterFailedOpen() {
        guard let filter = self.calling else { return }
        self.inactive.insert(filter)
        self.waiting = .nothing
        self.passed(filter)
    }

    private mutating func takeFromInbox() -> Bool {
        guard self.inboxStart < self.inbox.count else {
            if self.inboxStart > 0 { self.inbox.removeAll(keepingCapacity: true) }
            self.inboxStart = 0
            return false
        }
        let (part, position) = self.inbox[self.inboxStart]
        self.inbox[self.inboxStart].part = Part()
        self.inboxStart += 1
        if part.kind == .body { self.inboxBytes &-= part.chunk.readableBytes }
        self.begin(part, at: position)
        return true
    }

    /// The next filter of a mask at or after a place of this direction.
    private func nextFilter(in mask: FilterMask, from position: Int) -> Int? {
        let active = mask.subtracting(self.inactive)
        switch self.direction {
        case .request: return active.next(from: position)
        case .response: return active.previous(from: self.count - 1 - position)
        }
    }

    private func position(of filter: Int) -> Int {
        self.direction == .request ? filter : self.count - 1 - filter
    }

    private mutating func call(_ filter: Int) {
        self.calling = filter
        self.waiting = .hook
        self.position = self.position(of: filter)
    }

    private mutating func advanceHead() -> Step? {
        if let filter = self.nextHeadFilter() {
            self.call(filter)
            self.headPosition = max(self.headPosition, self.position + 1)
            return .callHead(filter)
        }
        self.current = Part()
        self.headPosition = self.count
        if self.isWhole {
            self.isHeadHeld = true
            return nil
        }
        self.isHeadDelivered = true
        return .deliverHead(lengthIsKnown: self.masks.body.subtracting(self.inactive).isEmpty)
    }

    /// The next filter that sees the head: of those that saw another message's, only who sees every head.
    private func nextHeadFilter() -> Int? {
        guard self.position < self.startPosition else {
            return self.nextFilter(in: self.masks.head, from: self.position)
        }
        if let filter = self.nextFilter(in: self.masks.everyHead, from: self.position),
            self.position(of: filter) < self.repeatedEnd
        {
            return filter
        }
        return self.nextFilter(in: self.masks.head, from: self.startPosition)
    }

    private mutating func advanceBody() -> Step? {
        if let filter = self.nextBodyFilter() {
            if self.collecting?.filter == filter { return self.absorb() }
            self.call(filter)
            return .callBody(filter, end: false)
        }
        guard self.current.kind == .body else { return nil }
        let chunk = self.current.chunk
        self.current = Part()
        return chunk.readableBytes > 0 ? .deliverBody(chunk) : nil
    }

    private mutating func advanceEnd() -> Step? {
        if self.stage == .trailers { return self.advanceTrailers() }
        if let filter = self.nextEndFilter() {
            if self.collecting?.filter == filter { return self.absorbEnd() }
            self.call(filter)
            if self.masks.body.union(self.masks.observer).contains(filter) {
                return .callBody(filter, end: true)
            }
            self.waiting = .nothing
            self.stage = .trailers
            return nil
        }
        return self.deliverLast()
    }

    /// The trailers of the filter at the current place, right after the end of its body.
    private mutating func advanceTrailers() -> Step? {
        self.stage = .body
        let filter = self.direction == .request ? self.position : self.count - 1 - self.position
        if self.masks.trailers.subtracting(self.inactive).contains(filter), self.current.trailers != nil {
            self.call(filter)
            self.stage = .trailers
            return .callTrailers(filter)
        }
        self.position += 1
        return nil
    }

    private mutating func deliverLast() -> Step? {
        guard self.current.kind == .end else { return nil }
        let last = self.current
        self.current = Part()
        self.isEnded = true
        guard self.isHeadHeld else { return .deliverEnd(last.chunk, trailers: last.trailers) }
        self.isHeadHeld = false
        self.isHeadDelivered = true
        return .deliverWhole(last.chunk, trailers: last.trailers, hadBody: self.hadBody)
    }

    private func nextBodyFilter() -> Int? {
        self.nextFilterOrCollecting(in: self.masks.body.union(self.masks.observer))
    }

    private func nextEndFilter() -> Int? {
        var mask = self.masks.body.union(self.masks.observer)
        if self.current.trailers != nil { mask.formUnion(self.masks.trailers) }
        return self.nextFilterOrCollecting(in: mask)
    }

    /// The filter that collects holds the head, so nothing passes it, even if it was taken out of the stream meanwhile.
    private func nextFilterOrCollecting(in mask: FilterMask) -> Int? {
        let next = self.nextFilter(in: mask, from: self.position)
        guard let collecting = self.collecting, collecting.position >= self.position else { return next }
        guard let next, self.position(of: next) < collecting.position else { return collecting.filter }
        return next
    }

    /// A hook let its part pass.
    private mutating func passed(_ filter: Int) {
        self.calling = nil
        if let collecting = self.collecting, collecting.filter == filter, self.current.kind == .end {
            let hasTrailersHook = self.masks.trailers.subtracting(self.inactive).contains(filter)
            if self.stage == .body, self.current.trailers != nil, hasTrailersHook {
                self.stage = .trailers
            } else {
                self.release(collecting)
            }
            return
        }
        if self.current.kind == .end, self.stage == .body {
            self.stage = .trailers
            return
        }
        self.stage = .body
        self.position += 1
    }
}

// MARK: Collecting

extension MessageFlow {
    private mutating func collect(_ filter: Int, limit: Int, whenLonger: FilterAction.LongBody) {
        guard self.current.kind == .head, self.masks.collect.contains(filter) else {
            self.passed(filter)
            return
        }
        self.collecting = Collecting(
            filter: filter,
            position: self.position,
            limit: limit,
            whenLonger: whenLonger
        )
        self.calling = nil
        self.current = Part()
    }

    /// Takes the current part into the collected body.
    private mutating func absorb() -> Step? {
        guard self.current.kind == .body, var collecting = self.collecting else { return nil }
        var chunk = self.current.chunk
        if collecting.body.readableBytes &+ chunk.readableBytes <= collecting.limit {
            self.collecting = nil
            if collecting.body.readableBytes == 0 {
                collecting.body = chunk
            } else {
                collecting.body.writeBuffer(&chunk)
            }
            self.collecting = collecting
            self.current = Part()
            return nil
        }
        guard self.forwards(collecting) else { return .tooLong(collecting.filter) }
        self.forwardCollected(collecting)
        return nil
    }

    /// Joins the last part with what was collected; the whole message is then at the collecting filter.
    private mutating func absorbEnd() -> Step? {
        guard self.current.kind == .end, var collecting = self.collecting else { return nil }
        var chunk = self.current.chunk
        guard collecting.body.readableBytes &+ chunk.readableBytes <= collecting.limit else {
            guard self.forwards(collecting) else { return .tooLong(collecting.filter) }
            self.forwardCollected(collecting)
            return nil
        }
        collecting.body.writeBuffer(&chunk)
        self.current.chunk = collecting.body
        collecting.body = ByteBuffer()
        self.collecting = collecting
        guard !self.inactive.contains(collecting.filter) else {
            self.release(collecting)
            return nil
        }
        self.call(collecting.filter)
        return .callCollected(collecting.filter)
    }

    /// Whether a body that is too long goes on; a filter that is out of the stream refuses nothing any more.
    private func forwards(_ collecting: Collecting) -> Bool {
        if case .forward = collecting.whenLonger { return true }
        return self.inactive.contains(collecting.filter)
    }

    /// The collect hook let the message pass: the head goes on from the next filter, then everything else at once.
    private mutating func release(_ collecting: Collecting) {
        guard self.current.kind != .none else { return }
        self.collecting = nil
        self.isWhole = true
        self.putBack([Part(kind: .head), self.current], at: collecting.position + 1)
    }

    /// The body is too long to collect: the head goes on, then what was collected, then the current part and the rest.
    ///
    /// The filter has missed the beginning, so it does not get the rest part by part either.
    private mutating func forwardCollected(_ collecting: Collecting) {
        self.collecting = nil
        self.calling = nil
        self.waiting = .nothing
        var parts = [Part(kind: .head)]
        if collecting.body.readableBytes > 0 { parts.append(Part(kind: .body, chunk: collecting.body)) }
        parts.append(self.current)
        self.inactive.insert(collecting.filter)
        self.putBack(parts, at: collecting.position + 1)
    }

    /// Puts parts before everything that waits.
    private mutating func putBack(_ parts: [Part], at position: Int) {
        self.current = Part()
        for part in parts where part.kind == .body { self.inboxBytes &+= part.chunk.readableBytes }
        let rest = self.inbox[self.inboxStart...]
        self.inbox = ContiguousArray(parts.map { (part: $0, position: position) } + rest)
        self.inboxStart = 0
    }
}
