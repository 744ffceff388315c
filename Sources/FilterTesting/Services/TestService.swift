import FilterAPI
import NIOCore
import Synchronization

/// A scripted service: what routes send requests to, and what filters call.
///
/// It answers as its script says, and remembers what it received.
public final class TestService: Sendable {
    /// Answers one request.
    public typealias Script = @Sendable (ServiceRequest) -> TestResponse

    /// The address, such as `auth.static`.
    public let name: String
    private let state: Mutex<State>

    private struct State {
        var script: Script?
        var answersBeforeBody = false
        var received: [ReceivedRequest] = []
    }

    init(_ name: String, script: Script? = nil) {
        self.name = name
        self.state = Mutex(State(script: script))
    }

    /// Answers requests from now on so.
    public func answer(_ script: @escaping Script) {
        self.state.withLock { $0.script = script }
    }

    /// Whether the service answers as soon as it has the head; default false: after the end of the request.
    public var answersBeforeBody: Bool {
        get { self.state.withLock { $0.answersBeforeBody } }
        set { self.state.withLock { $0.answersBeforeBody = newValue } }
    }

    /// What the service received, in the order of the heads.
    public var requests: [ServiceRequest] {
        self.state.withLock { $0.received }.map(\.value)
    }

    /// The script; `nil` as long as the test gave none: the service is then unreachable.
    var script: Script? { self.state.withLock { $0.script } }

    func begin(_ request: ServiceRequest) -> ReceivedRequest {
        let received = ReceivedRequest(request)
        self.state.withLock { $0.received.append(received) }
        return received
    }
}

/// A request that a service is receiving.
final class ReceivedRequest: Sendable {
    private let request: Mutex<ServiceRequest>

    init(_ request: ServiceRequest) { self.request = Mutex(request) }

    var value: ServiceRequest { self.request.withLock { $0 } }

    func update(_ change: (inout sending ServiceRequest) -> Void) {
        self.request.withLock { change(&$0) }
    }
}
