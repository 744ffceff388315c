import FilterAPI
import NIOCore
import Upstream

/// A request as it came, kept so that it can begin again where its service redirects it.
///
/// An object, so that streams carry no more than an empty reference where no route follows redirects.
final class RequestReplay {
    /// The head as it was before the first filter: the client's, or what the last redirect made of it.
    private(set) var head: RequestHead
    /// The body as it came.
    var body: RequestCopy
    private(set) var hasBody: Bool
    /// The announced length of the body.
    private(set) var contentLength: Int?
    /// What has been asked for so far, the client's own target first.
    private var asked: Set<Asked>

    /// The request that begins as soon as the answer that redirects to it has ended.
    var next: RequestHead?
    /// How much of that answer's body may still be dropped before its connection is given up.
    var droppableBytes = 0

    private struct Asked: Hashable {
        let method: HTTPMethod
        let host: String
        let path: String

        init(_ request: RequestHead) {
            self.method = request.method
            self.host = request.authority.lowercased()
            self.path = request.path
        }
    }

    /// - Parameters:
    ///   - head: The head before the first filter.
    ///   - hasBody: Whether a body is announced.
    ///   - contentLength: Its announced length.
    ///   - limit: The most bytes of the body that are kept.
    init(_ head: RequestHead, hasBody: Bool, contentLength: Int?, limit: Int) {
        self.head = head
        self.hasBody = hasBody
        self.contentLength = contentLength
        self.body = RequestCopy(limit: limit)
        self.asked = [Asked(head)]
    }

    /// How many redirects were followed.
    var followed: Int { self.asked.count - 1 }
    /// Whether any was.
    var hasBegunAgain: Bool { self.asked.count > 1 }

    /// Keeps a part of the body, if the route may want it again.
    func keep(_ part: ByteBuffer, onRoute route: StreamRoute?) {
        if route?.internalRedirect == nil { self.body.forget() } else { self.body.append(part, isQueued: false) }
    }

    /// Whether a request would ask for what was asked for already, and go round in a circle.
    func hasAsked(for request: RequestHead) -> Bool { self.asked.contains(Asked(request)) }

    /// The next request takes the place of the last one.
    func began(_ next: RequestHead) {
        self.next = nil
        self.asked.insert(Asked(next))
        if next.method != self.head.method {
            self.body = RequestCopy(limit: 0)
            self.body.end(trailers: nil)
            self.hasBody = false
            self.contentLength = nil
        }
        self.head = next
    }
}
