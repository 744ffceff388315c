import FilterAPI
import FilterRuntime

// Refusing work while memory is short, so that the streams which have begun can end.
extension DownstreamLoop {
    /// How long clients are asked to wait. Short, since another gateway behind the same name may well have room.
    private static let retryAfter = "5"

    /// The answer to a request that comes while memory is short; `nil` while it is not. The connection ends after it.
    func shed(_ request: RequestHead) -> LocalResponse? {
        guard self.overload.level > .nothing else { return nil }
        self.shedRequests &+= 1
        let answer = LocalResponse.gateway(503, "overload", for: request)
        var headers = answer.headers
        headers.set(.retryAfter, DownstreamLoop.retryAfter)
        return LocalResponse(status: answer.status, headers: headers, body: answer.body, detail: answer.detail)
    }
}
