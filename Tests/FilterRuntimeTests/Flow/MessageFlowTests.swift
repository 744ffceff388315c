import FilterAPI
import NIOCore
import Testing

@testable import FilterRuntime

/// All small chains, with every answer of every hook, in both directions.
@Suite struct MessageFlowTests {
    static let pairs: [[FlowBehaviour]] =
        [[]] + FlowBehaviour.all.map { [$0] }
        + FlowBehaviour.all.flatMap { first in FlowBehaviour.all.map { [first, $0] } }

    static let triples: [[FlowBehaviour]] = FlowBehaviour.few.flatMap { first in
        FlowBehaviour.few.flatMap { second in FlowBehaviour.few.map { [first, second, $0] } }
    }

    static let directions: [MessageFlow.Direction] = [.request, .response]

    @Test("every part passes every filter once and in order", arguments: directions, FlowTiming.allCases)
    func parts(direction: MessageFlow.Direction, timing: FlowTiming) {
        for chain in Self.pairs + Self.triples {
            for message in FlowMessage.all {
                for hasTrailersHooks in message.hasTrailers ? [false, true] : [false] {
                    let problems = self.problems(chain, direction, message, timing, hasTrailersHooks)
                    if !problems.isEmpty {
                        Issue.record("\(chain) \(message) trailers hooks \(hasTrailersHooks): \(problems)")
                        return
                    }
                }
            }
        }
    }

    private func problems(
        _ chain: [FlowBehaviour],
        _ direction: MessageFlow.Direction,
        _ message: FlowMessage,
        _ timing: FlowTiming,
        _ hasTrailersHooks: Bool
    ) -> [String] {
        var run = FlowRun(chain, direction, hasTrailersHooks: hasTrailersHooks)
        run.run(message, timing)
        let expected = FlowExpectation(chain, direction, message, hasTrailersHooks: hasTrailersHooks)
        return run.problems + expected.problems(in: run.events)
    }

    @Test("after an abort at any step nothing happens any more", arguments: directions, FlowTiming.allCases)
    func abort(direction: MessageFlow.Direction, timing: FlowTiming) {
        self.interruptEverywhere(direction, timing) {
            .abort(atStep: $0)
        } check: { run, step, _ in
            guard run.isInterrupted else { return [] }
            return run.steps == step && run.flow.isAborted ? [] : ["went on to step \(run.steps) after \(step)"]
        }
    }

    @Test("a replaced message passes the filters that saw no head", arguments: directions, FlowTiming.allCases)
    func replace(direction: MessageFlow.Direction, timing: FlowTiming) {
        self.interruptEverywhere(direction, timing) {
            .replace(atStep: $0)
        } check: { run, _, message in
            guard let wasReplaced = run.wasReplaced else { return [] }
            let isHeadOut = run.events.contains { if case .outHead = $0 { true } else { false } }
            guard wasReplaced else { return isHeadOut ? [] : ["refused although no head came out"] }
            let heads = run.events.compactMap { if case .head(let filter) = $0 { filter } else { nil } }
            let expected = FlowExpectation(run.chain, direction, message, hasTrailersHooks: false)
            let wanted = expected.order.filter { run.chain[$0].head != nil }
            var problems = heads == wanted ? [] : ["heads \(heads) instead of \(wanted)"]
            let out = run.events.filter(\.isOutput).map(\.text).joined()
            if !out.hasPrefix("new") { problems.append("\(out) came out") }
            let ends = run.events.filter { if case .outEnd = $0 { true } else { false } }
            if ends.count != 1 { problems.append("\(ends.count) ends came out") }
            return problems
        }
    }

    @Test("a filter taken out at any step loses and repeats nothing", arguments: directions, FlowTiming.allCases)
    func deactivate(direction: MessageFlow.Direction, timing: FlowTiming) {
        for filter in 0...1 {
            self.interruptEverywhere(direction, timing) {
                .deactivate(filter, atStep: $0)
            } check: { run, _, message in
                let out = run.events.filter(\.isOutput)
                let text = out.map(\.text).joined()
                var problems = text.hasPrefix(message.text) ? [] : ["\(text) came out"]
                let isHead: (FlowRun.Event) -> Bool = { event in
                    switch event {
                    case .outHead, .outWhole: true
                    default: false
                    }
                }
                if out.filter(isHead).count != 1 || out.first.map(isHead) != true { problems.append("\(out) came out") }
                return problems
            }
        }
    }

    /// Runs chains of up to two filters again and again, interrupted at one step after the other.
    private func interruptEverywhere(
        _ direction: MessageFlow.Direction,
        _ timing: FlowTiming,
        _ interruption: (Int) -> FlowRun.Interruption,
        check: (FlowRun, Int, FlowMessage) -> [String]
    ) {
        let chains =
            FlowBehaviour.all.map { [$0] }
            + FlowBehaviour.few.flatMap { first in FlowBehaviour.few.map { [first, $0] } }
        for chain in chains {
            for message in [FlowMessage.all[0], FlowMessage.all[3], FlowMessage.all[4]] {
                for step in 1...12 {
                    var run = FlowRun(chain, direction, hasTrailersHooks: false)
                    run.interruption = interruption(step)
                    run.run(message, timing)
                    let problems = run.problems + check(run, step, message)
                    if !problems.isEmpty {
                        Issue.record("\(chain) \(message) at step \(step): \(problems); \(run.events)")
                        return
                    }
                }
            }
        }
    }

    @Test(
        "a body longer than the limit is refused at the filter that collects",
        arguments: directions,
        FlowTiming.allCases
    )
    func tooLong(direction: MessageFlow.Direction, timing: FlowTiming) {
        for filter in FlowBehaviour.all where filter.collects {
            var run = FlowRun([filter], direction, hasTrailersHooks: false)
            run.limit = 4
            run.run(FlowMessage.all[3], timing)
            #expect(run.problems.isEmpty)
            #expect(run.events == [.head(0), .tooLong(0)])
        }
    }

    @Test("a body longer than the limit goes on whole when it shall", arguments: directions, FlowTiming.allCases)
    func forwarded(direction: MessageFlow.Direction, timing: FlowTiming) {
        for first in FlowBehaviour.all where first.collects {
            for second in FlowBehaviour.few where !second.collects {
                let chain = direction == .request ? [first, second] : [second, first]
                var run = FlowRun(chain, direction, hasTrailersHooks: false)
                run.limit = 4
                run.whenLonger = .forward
                run.run(FlowMessage.all[3], timing)
                let out = run.events.filter(\.isOutput)
                #expect(run.problems.isEmpty)
                #expect(out.first == .outHead(lengthIsKnown: !second.mutates))
                let suffix = second.mutates ? (direction == .request ? "1" : "0") : ""
                #expect(out.map(\.text).joined() == "abcde" + suffix)
            }
        }
    }
}
