import FilterAPI
import NIOCore

/// No configuration.
struct NoConfiguration: FilterConfiguration {
    init(_ fields: ConfigurationFields) {}
}

/// Adds a field to every response, as a filter for CORS does, and says who made the response.
final class ResponseStamp: Filter, ResponseHeadHook {
    static let name = "response-stamp"
    static let summary = "Stamps responses."

    init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) {}

    func responseHead(_ stream: StreamContext) -> FilterAction {
        stream.response.headers["access-control-allow-origin"] = "*"
        stream.response.headers["x-origin"] = "\(stream.responseOrigin)"
        return .continue
    }
}

/// Writes its mark behind those of other entries, on the way there and on the way back.
final class OrderMark: Filter, RequestHeadHook, ResponseHeadHook {
    static let name = "order-mark"
    static let summary = "Shows the order of filters."

    struct Configuration: FilterConfiguration {
        let mark: String
        init(_ fields: ConfigurationFields) {
            self.mark = fields.string("mark", default: "?", help: "The mark.")
        }
    }

    private let mark: String

    init(_ configuration: Configuration, _ environment: FilterEnvironment) { self.mark = configuration.mark }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        stream.request.headers["x-order"] = (stream.request.headers["x-order"] ?? "") + self.mark
        return .continue
    }

    func responseHead(_ stream: StreamContext) -> FilterAction {
        stream.response.headers["x-order"] = (stream.response.headers["x-order"] ?? "") + self.mark
        return .continue
    }
}

/// Fails where a request asks for it.
final class Breaking: Filter, RequestHeadHook, RequestBodyHook, ResponseHeadHook, ResponseBodyHook {
    static let name = "breaking"
    static let summary = "Fails on demand."

    struct Failure: Error {}

    init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) {}

    private func act(_ place: String, _ stream: StreamContext) throws -> FilterAction {
        switch stream.request.headers["x-break"] {
        case place: throw Failure()
        case "suspended-\(place)":
            return .suspend {
                await Task.yield()
                throw Failure()
            }
        default: return .continue
        }
    }

    func requestHead(_ stream: StreamContext) throws -> FilterAction { try self.act("request-head", stream) }

    func requestBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) throws -> FilterAction {
        try self.act("request-body", stream)
    }

    func responseHead(_ stream: StreamContext) throws -> FilterAction {
        guard case .upstream = stream.responseOrigin else { return .continue }
        return try self.act("response-head", stream)
    }

    func responseBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) throws -> FilterAction {
        guard case .upstream = stream.responseOrigin else { return .continue }
        return try self.act("response-body", stream)
    }
}

/// Sends a request where its field `x-go-to` says: `host`, `path`, or a field of routes.
final class Rerouting: Filter, RequestHeadHook {
    static let name = "rerouting"
    static let summary = "Changes what routes look at."
    static let phase = FilterPhase.authn

    init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) {}

    func requestHead(_ stream: StreamContext) -> FilterAction {
        if stream.request.headers["x-pin"] != nil { stream.pinRoute() }
        if let path = stream.request.headers["x-go-to-path"] { stream.request.path = path }
        if let host = stream.request.headers["x-go-to-host"] { stream.request.authority = host }
        if let model = stream.request.headers["x-go-to-model"] { stream.request.headers["x-model"] = model }
        return .continue
    }
}

/// Holds the stream for a moment at every hook, and collects the request's body.
final class Hesitating: Filter, RequestHeadHook, RequestCollectHook, ResponseHeadHook, ResponseBodyHook {
    static let name = "hesitating"
    static let summary = "Suspends at every hook."

    init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) {}

    private func hesitate(_ action: FilterAction) -> FilterAction {
        .suspend {
            for _ in 0..<3 { await Task.yield() }
            try await Task.sleep(for: .milliseconds(1))
            return action
        }
    }

    func requestHead(_ stream: StreamContext) -> FilterAction { .collect(limit: 1 << 20) }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        self.hesitate(.continue)
    }

    func responseHead(_ stream: StreamContext) -> FilterAction { self.hesitate(.continue) }

    func responseBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        self.hesitate(.continue)
    }
}

/// Never lets a request go on.
final class Stuck: Filter, RequestHeadHook {
    static let name = "stuck"
    static let summary = "Never answers."

    init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) {}

    func requestHead(_ stream: StreamContext) -> FilterAction {
        .suspend {
            try await Task.sleep(for: .seconds(600))
            return .continue
        }
    }
}
