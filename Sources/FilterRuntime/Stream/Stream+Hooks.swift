import FilterAPI
import Logging
import NIOCore

// Calling one hook of one filter, and doing what it answers.
extension Stream {
    /// Calls a hook and reports its answer to the flow of its direction.
    func call(
        _ filter: Int,
        _ direction: MessageFlow.Direction,
        _ hook: (BoundFilter, AnyObject) throws -> FilterAction
    ) {
        guard let bound = self.chain.filters[filter], let object = self.instances[filter] else {
            self.withFlow(direction) { $0.returned(.continue) }
            return
        }
        self.tallies[filter].called()
        do {
            let action =
                try self.isTimed ? self.timed(filter) { try hook(bound, object) } : hook(bound, object)
            self.perform(action, of: filter, direction)
        } catch {
            self.filterFailed(filter, error, direction)
        }
    }

    /// Calls a hook and takes the time of it: in the streams that are timed, apart from the others' way.
    @inline(never)
    func timed<Result>(_ filter: Int, _ call: () throws -> Result) rethrows -> Result {
        let start = self.loop.clock.now
        defer { self.tallies[filter].took(self.loop.clock.now - start) }
        return try call()
    }

    /// Does what a hook or an operation answered.
    func perform(_ action: FilterAction, of filter: Int, _ direction: MessageFlow.Direction) {
        self.applySkips()
        switch action {
        case .continue:
            self.withFlow(direction) { $0.returned(.continue) }
        case .respond(let response):
            let name = self.chain.entries[filter].name
            self.tallies[filter].answered()
            self.noteSurplusAnswer(of: name)
            self.respond(response, from: .filter(name))
        case .collect where !self.mayCollect(direction):
            self.filterFailed(filter, MisplacedCollect(), direction)
        case .collect:
            if direction == .request { self.allowBody() }
            self.withFlow(direction) { $0.returned(action) }
        case .suspend(let operation):
            self.withFlow(direction) { $0.returned(action) }
            self.start(operation, of: filter, direction)
        }
    }

    /// A filter threw: `failStrategy` decides.
    func filterFailed(_ filter: Int, _ error: any Error, _ direction: MessageFlow.Direction) {
        let entry = self.chain.entries[filter]
        self.tallies[filter].failed()
        self.loop.logger.warning(
            "filter failed",
            metadata: [
                "filter": "\(entry.name)", "error": "\(error)", "goes_on": "\(entry.failsOpen)",
            ]
        )
        guard !entry.failsOpen else {
            var mask = FilterMask()
            mask.insert(filter)
            self.withFlow(direction) { $0.filterFailedOpen() }
            self.deactivate(mask)
            return
        }
        let detail = "filter_error{\(entry.name)}"
        self.respond(.gateway(500, detail, for: self.context.request), from: .gateway)
    }

    /// An author wants to know of an answer that cannot be sent, or that takes the place of the filter's own.
    private func noteSurplusAnswer(of name: String) {
        guard self.responseFlow.isStarted else { return }
        if self.responseFlow.isHeadDelivered {
            self.loop.logger.warning("filter answered when the response had begun", metadata: ["filter": "\(name)"])
        } else if self.context.responseOrigin == .filter(name) {
            self.loop.logger.warning("filter answered twice", metadata: ["filter": "\(name)"])
        }
    }

    private func mayCollect(_ direction: MessageFlow.Direction) -> Bool {
        direction == .request ? self.requestFlow.mayCollect : self.responseFlow.mayCollect
    }

    func withFlow(_ direction: MessageFlow.Direction, _ body: (inout MessageFlow) -> Void) {
        switch direction {
        case .request: body(&self.requestFlow)
        case .response: body(&self.responseFlow)
        }
    }

    func drive(_ direction: MessageFlow.Direction) {
        switch direction {
        case .request: self.driveRequest()
        case .response: self.driveResponse()
        }
    }
}

/// A filter asked for the whole body where it cannot have it.
private struct MisplacedCollect: Error, CustomStringConvertible {
    var description: String { "answered collect where it has no head in hand, or without a collect hook" }
}
