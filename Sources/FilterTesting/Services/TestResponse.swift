public import FilterAPI
public import NIOCore
import Upstream

/// What a scripted service answers.
///
/// ```swift
/// TestResponse(status: 200, body: "hello")
/// TestResponse(chunks: ["data: 1\n\n", "data: 2\n\n"], every: .milliseconds(20))
/// TestResponse(status: 200, body: "hello").reset(after: 3)
/// TestResponse(status: 200, body: "hello").delayed(.seconds(3))
/// TestResponse.neverAnswers
/// ```
///
/// Times are virtual.
public struct TestResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The header fields; `content-length` is added when all of the body is known at once and there is none.
    public var headers: HeaderFields
    /// The trailers; default none.
    public var trailers: HeaderFields?
    /// How long the service thinks before it sends the head; default not at all.
    public var delay: Duration = .zero
    /// How long the service waits before each part of the body; default not at all.
    public var interval: Duration = .zero
    /// How the body is cut; default as the gateway's `chunking` says.
    public var chunking: Chunking?
    /// Informational responses before the head, such as 103.
    public var informational: [ResponseHead] = []

    var parts: [ByteBuffer]
    /// So many parts of so many bytes, each made when it is sent: for bodies that nobody holds.
    var fresh: (count: Int, size: Int)?
    var announcesLength: Bool
    var ending = Ending.complete

    enum Ending: Sendable {
        case complete
        /// Fails after this many bytes of the body; `nil` before the head.
        case failure(UpstreamFailure.Code, after: Int?)
        /// Says nothing more after this many bytes of the body; `nil` before the head.
        case silence(after: Int?)
    }

    /// A response with the whole body.
    public init(status: Int = 200, headers: HeaderFields = [:], body: String = "") {
        self.init(status: status, headers: headers, bytes: ByteBuffer(string: body))
    }

    /// A response with the whole body as bytes.
    public init(status: Int = 200, headers: HeaderFields = [:], bytes: ByteBuffer) {
        self.status = status
        self.headers = headers
        self.parts = bytes.readableBytes > 0 ? [bytes] : []
        self.announcesLength = true
    }

    /// A response whose body comes in these parts, its length not announced.
    public init(
        status: Int = 200,
        headers: HeaderFields = [:],
        chunks: [String],
        every interval: Duration = .zero
    ) {
        self.status = status
        self.headers = headers
        self.parts = chunks.map { ByteBuffer(string: $0) }
        self.interval = interval
        self.announcesLength = false
    }

    /// A response whose body comes in these parts, its length not announced.
    public static func chunks(_ parts: [String], every interval: Duration = .zero) -> TestResponse {
        TestResponse(chunks: parts, every: interval)
    }

    /// No answer at all.
    public static var neverAnswers: TestResponse { TestResponse().with(.silence(after: nil)) }
    /// The connection breaks before the head of the response.
    public static var resets: TestResponse {
        TestResponse().with(.failure(.resetBeforeResponse, after: nil))
    }
    /// No connection can be made.
    public static var unreachable: TestResponse { TestResponse().with(.failure(.connectFailure, after: nil)) }
}

extension TestResponse {
    /// The same, but the connection breaks after that many bytes of the body.
    public func reset(after bytes: Int) -> TestResponse {
        self.with(.failure(.resetWithinResponse, after: bytes))
    }

    /// The same, but nothing comes any more after that many bytes of the body.
    public func silent(after bytes: Int) -> TestResponse { self.with(.silence(after: bytes)) }

    /// The same after a time.
    public func delayed(_ time: Duration) -> TestResponse {
        var response = self
        response.delay = time
        return response
    }

    /// The same with trailers; the length of the body is then not announced.
    public func with(trailers: HeaderFields) -> TestResponse {
        var response = self
        response.trailers = trailers
        response.announcesLength = false
        return response
    }

    private func with(_ ending: Ending) -> TestResponse {
        var response = self
        response.ending = ending
        return response
    }
}
