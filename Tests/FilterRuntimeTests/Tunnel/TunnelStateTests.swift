import Testing

@testable import FilterRuntime

@Suite("How far a tunnel has come")
struct TunnelStateTests {
    enum Event: CaseIterable {
        case asked, agreed, opened, clientEnded, upstreamEnded

        func apply(to state: inout TunnelState) -> Bool {
            switch self {
            case .asked: state.upstreamAsked()
            case .agreed: state.upstreamAgreed()
            case .opened: state.opened()
            case .clientEnded: state.clientEnded()
            case .upstreamEnded: state.upstreamEnded()
            }
        }
    }

    struct Case: Sendable {
        /// Events that lead to the state.
        let path: [Event]
        /// The only events that change it.
        let fitting: Set<Event>
        var isAgreed = false
        var isTunnel = false
        var takesFromClient = false
        var takesFromUpstream = false
        var isOver = false
    }

    private static let open: [Event] = [.asked, .agreed, .opened]
    private static let cases = [
        Case(path: [], fitting: [.asked]),
        Case(path: [.asked], fitting: [.agreed]),
        Case(path: [.asked, .agreed], fitting: [.opened], isAgreed: true),
        Case(
            path: open,
            fitting: [.clientEnded, .upstreamEnded],
            isTunnel: true,
            takesFromClient: true,
            takesFromUpstream: true
        ),
        Case(path: open + [.clientEnded], fitting: [.upstreamEnded], isTunnel: true, takesFromUpstream: true),
        Case(path: open + [.upstreamEnded], fitting: [.clientEnded], isTunnel: true, takesFromClient: true),
        Case(path: open + [.clientEnded, .upstreamEnded], fitting: [], isTunnel: true, isOver: true),
        Case(path: open + [.upstreamEnded, .clientEnded], fitting: [], isTunnel: true, isOver: true),
    ]

    @Test("each state takes the events that fit, and no other", arguments: cases)
    func table(_ given: Case) {
        var state = TunnelState()
        for event in given.path { #expect(event.apply(to: &state)) }
        #expect(state.isAgreed == given.isAgreed)
        #expect(state.isTunnel == given.isTunnel)
        #expect(state.takesFromClient == given.takesFromClient)
        #expect(state.takesFromUpstream == given.takesFromUpstream)
        #expect(state.isOver == given.isOver)
        for event in Event.allCases {
            var next = state
            #expect(event.apply(to: &next) == given.fitting.contains(event), "\(event)")
            #expect((next != state) == given.fitting.contains(event), "\(event)")
        }
    }
}
