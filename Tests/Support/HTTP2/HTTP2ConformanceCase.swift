/// What a client does after the handshake, and how the gateway has to take it.
package struct HTTP2ConformanceCase: Sendable, CustomStringConvertible {
    package enum Step: Sendable {
        case send([HTTP2TestFrame])
        case sendBytes([UInt8])
        /// Waits for the end of a stream's response.
        case untilResponse(UInt32)
        /// Waits for the reset of a stream.
        case untilReset(UInt32)
        /// Waits for so many bytes of stream 1's response.
        case untilData(Int)
    }

    package enum Outcome: Sendable {
        /// GOAWAY with this code, then the end of the connection.
        case goAway(UInt32)
        /// RST_STREAM of stream 1 with this code; the connection goes on.
        case reset(UInt32)
        /// A response to stream 1 with this status; the connection goes on.
        case status(String)
        /// A response to stream 3 with this status; the connection goes on.
        case laterStatus(String)
        /// The lengths of the DATA frames of stream 1; the connection goes on.
        case dataLengths([Int])
        /// Nothing but that the connection goes on.
        case goesOn
        /// GOAWAY without an error and the end of the connection, once its streams are over.
        case farewell
    }

    /// The section of the protocol, and in parentheses the one of RFC 7540 where the rule has moved.
    package let section: String
    private let text: String
    package let steps: [Step]
    package let outcome: Outcome

    package var description: String { "\(self.section) \(self.text)" }

    init(_ section: String, _ text: String, _ steps: [Step], _ outcome: Outcome) {
        self.section = section
        self.text = text
        self.steps = steps
        self.outcome = outcome
    }

    init(_ section: String, _ text: String, _ frames: [HTTP2TestFrame], _ outcome: Outcome) {
        self.init(section, text, [.send(frames)], outcome)
    }

    /// All cases.
    package static let all =
        frames + streams + sections + streamErrors + settings + windows + accepted + malformed + refused + served
        + compression + representations

    package static let noError: UInt32 = 0
    package static let protocolError: UInt32 = 1
    package static let flowControlError: UInt32 = 3
    package static let streamClosed: UInt32 = 5
    package static let frameSizeError: UInt32 = 6
    package static let refusedStream: UInt32 = 7
    package static let compressionError: UInt32 = 9
    package static let enhanceYourCalm: UInt32 = 11

    /// Whether the request may reach the upstream before it turns out to be wrong.
    package var mayReachUpstream: Bool {
        self.steps.contains { step in
            guard case .send(let frames) = step else { return false }
            return frames.contains { String(decoding: $0.payload, as: UTF8.self).contains("/held") }
        }
    }
}

// What tables are made of.
extension HTTP2ConformanceCase {
    typealias Frame = HTTP2TestFrame
    typealias Kind = HTTP2TestFrame.Kind

    /// The routes that a gateway under this test must have: both answered by itself, everything else by an upstream that
    /// never answers.
    package static let routes = """
          - { name: ready, match: { path: { exact: /ready } }, response: { status: 200, body: "ok" } }
          - { name: long, match: { path: { exact: /long } }, response: { status: 200, body: "0123456789" } }
          - { name: all, match: { path: { prefix: / } }, service: up.static }
        """

    static let get = HTTP2Text.request()
    /// The head of a request whose stream stays open.
    static let held = Frame.headers(1, HTTP2Text.request(method: "POST", path: "/held"))
    /// A whole request that is answered at once.
    static let whole = Frame.headers(1, get, endsStream: true)
    /// A whole request that is never answered: its stream stays half-closed.
    static let waiting = Frame.headers(1, HTTP2Text.request(path: "/held"), endsStream: true)

    static func raw(_ kind: UInt8, _ flags: UInt8 = 0, _ stream: UInt32 = 0, _ size: Int = 0) -> Frame {
        Frame(kind: kind, flags: flags, stream: stream, payload: Array(repeating: 0, count: size))
    }

    static func raw(_ kind: UInt8, _ flags: UInt8 = 0, _ stream: UInt32 = 0, _ payload: [UInt8]) -> Frame {
        Frame(kind: kind, flags: flags, stream: stream, payload: payload)
    }

    static func priority(_ stream: UInt32, dependency: UInt32, weight: UInt8 = 15) -> Frame {
        raw(Kind.priority, 0, stream, dependency.bigEndianBytes + [weight])
    }

    /// A request of these fields and no others.
    static func request(_ fields: [(String, String)], endsStream: Bool = true) -> [Frame] {
        [.headers(1, HTTP2Text.section(fields), endsStream: endsStream)]
    }

    /// A sound request with these fields more.
    static func with(_ fields: (String, String)...) -> [Frame] {
        [.headers(1, HTTP2Text.request(fields), endsStream: true)]
    }

    /// A sound request whose section goes on with these bytes.
    static func request(then bytes: [UInt8]) -> [Frame] { [.headers(1, get + bytes, endsStream: true)] }
}
