import Testing

@testable import Downstream

@Suite("HTTP/2: a stream's receive window")
struct HTTP2ReceiveWindowTests {
    private static let before = HTTP2ReceiveWindow.protocolDefault

    /// What comes and what is granted, with the initial window at that time; and whether it was allowed.
    enum Event: Sendable {
        case receive(Int, within: Int, Bool)
        case grant(Int)
    }

    @Test(
        "admits exactly what was granted; may be negative once the client has learnt of a smaller one",
        arguments: [
            [
                .receive(1000, within: 1024, true), .receive(24, within: 1024, true), .receive(0, within: 1024, true),
                .grant(512), .receive(512, within: 1024, true), .receive(1, within: 1024, false),
            ],
            [
                .receive(5000, within: before, true), .receive(0, within: 1024, true), .grant(3976),
                .receive(0, within: 1024, true), .receive(1, within: 1024, false),
            ],
            [
                .receive(5000, within: before, true), .grant(5000), .receive(1024, within: 1024, true),
                .receive(1, within: 1024, false),
            ],
            [.receive(65_536, within: before, false)],
        ] as [[Event]]
    )
    func course(_ events: [Event]) {
        var window = HTTP2ReceiveWindow()
        for event in events {
            switch event {
            case .grant(let count): window.grant(count)
            case .receive(let count, let initial, let isAllowed):
                let found = window.receive(count, initial)
                #expect(found == isAllowed, "\(event)")
            }
        }
    }
}
