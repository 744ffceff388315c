import FilterAPI
import HTTP1
import NIOCore

/// Reads one response after the other from received bytes; knows neither channel nor receiver.
struct ResponseReader: Sendable {
    /// What comes next in the bytes.
    enum Event: Sendable {
        case needMore
        /// The head that was filled in is informational, and neither 100 nor 101.
        case informational
        /// The head that was filled in is the final one.
        case head(hasBody: Bool)
        case body(ByteBuffer)
        /// The head that was filled in agrees to the change of protocol; bytes of the other protocol follow as `body`.
        case switched
        /// The response is complete; its trailers can be taken.
        case end
        case failed(String)
    }

    /// How many informational responses may precede the final one.
    static let informationalLimit = 10

    private let limits = HeadLimits()
    private var method = HTTPMethod.get
    private var upgrade: UpgradeExpectation?
    private var parser = ResponseHeadParser()
    private var body: BodyDecoder?
    private var isEmpty = false
    private var informationalCount = 0
    private var trailers: HeaderFields?
    /// Whether the upstream lets the connection serve another request after this response.
    private(set) var keepsAlive = false

    /// A request of this method was sent, and perhaps asked for a change of protocol.
    mutating func begin(_ method: HTTPMethod, upgrade: UpgradeExpectation? = nil) {
        self.method = method
        self.upgrade = upgrade
        body = nil
        isEmpty = false
        informationalCount = 0
        trailers = nil
        keepsAlive = false
        parser = ResponseHeadParser()
    }

    mutating func next(from bytes: inout ByteBuffer, into head: inout ResponseHead) -> Event {
        if isEmpty { return .end }
        guard body != nil else { return nextHead(from: &bytes, into: &head) }
        guard let event = body?.next(&bytes) else { return .needMore }
        switch event {
        case .needMore: return .needMore
        case .data(let data): return .body(data)
        case .end(let trailers):
            self.trailers = trailers
            return .end
        case .failed(let error): return .failed(error.detail)
        }
    }

    /// No more bytes will come.
    ///
    /// - Returns: whether that completes the response.
    mutating func endedWithConnection() -> Bool {
        keepsAlive = false
        guard case .end? = body?.receivedEndOfConnection() else { return false }
        return true
    }

    mutating func takeTrailers() -> HeaderFields? {
        defer { trailers = nil }
        return trailers
    }

    private mutating func nextHead(from bytes: inout ByteBuffer, into head: inout ResponseHead) -> Event {
        while true {
            switch parser.parse(&bytes, into: &head, requestMethod: method, limits: limits) {
            case .needMore: return .needMore
            case .failed(let error): return .failed(error.detail)
            case .complete(let info):
                if let event = received(info, &head, before: bytes) { return event }
            }
        }
    }

    /// - Returns: `nil` for what nobody needs to know: the body was not held back, so 100 has no meaning.
    private mutating func received(
        _ info: ResponseHeadInfo,
        _ head: inout ResponseHead,
        before bytes: ByteBuffer
    ) -> Event? {
        switch info.kind {
        case .switchingProtocols:
            return self.switched(info, &head)
        case .informational:
            informationalCount += 1
            guard informationalCount <= ResponseReader.informationalLimit else {
                return .failed("too many informational responses")
            }
            guard head.status != 100 else { return nil }
            head.headers.removeHopByHopFields(of: .response)
            return .informational
        case .final:
            head.headers.removeHopByHopFields(of: .response)
            keepsAlive = info.keepAlive
            return begin(info.framing, bytes)
        }
    }

    private mutating func switched(_ info: ResponseHeadInfo, _ head: inout ResponseHead) -> Event {
        guard let upgrade else { return .failed("the protocol was switched unasked") }
        if let mistake = upgrade.mistake(in: head, info) { return .failed(mistake) }
        head.headers.removeHopByHopFields(of: .response)
        body = BodyDecoder(.untilClose)
        return .switched
    }

    private mutating func begin(_ framing: MessageFraming, _ bytes: ByteBuffer) -> Event {
        switch framing {
        case .none, .length(0):
            isEmpty = true
        case .chunked:
            let decoder = BodyDecoder(framing)
            if let error = decoder.error(in: bytes) { return .failed(error.detail) }
            body = decoder
        default:
            body = BodyDecoder(framing)
        }
        return .head(hasBody: !isEmpty)
    }
}
