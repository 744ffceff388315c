import FilterAPI
import NIOCore

struct NoConfiguration: FilterConfiguration {
    init(_ fields: ConfigurationFields) {}
}

typealias HeadAnswer = @Sendable (StreamContext) throws -> FilterAction
typealias BodyAnswer = @Sendable (inout ByteBuffer, Bool, StreamContext) throws -> FilterAction
typealias CollectedAnswer = @Sendable (inout ByteBuffer, StreamContext) throws -> FilterAction
typealias TrailersAnswer = @Sendable (inout HeaderFields, StreamContext) throws -> FilterAction

/// Looks at heads, at the end and at the log; notes all of it.
final class HeadProbe: Filter, RequestHeadHook, ResponseHeadHook, StreamEndHook, LogHook {
    static let name = "head-probe"
    static let summary = "Notes heads."

    let label: String
    let journal: Journal
    let onRequest: HeadAnswer
    let onResponse: HeadAnswer

    init(
        _ label: String,
        _ journal: Journal = Journal(),
        request: @escaping HeadAnswer = { _ in .continue },
        response: @escaping HeadAnswer = { _ in .continue }
    ) {
        self.label = label
        self.journal = journal
        self.onRequest = request
        self.onResponse = response
    }

    convenience init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) {
        self.init(environment.name)
    }

    func requestHead(_ stream: StreamContext) throws -> FilterAction {
        self.journal.note("\(self.label) request")
        return try self.onRequest(stream)
    }

    func responseHead(_ stream: StreamContext) throws -> FilterAction {
        self.journal.note("\(self.label) response")
        return try self.onResponse(stream)
    }

    func streamEnded(_ stream: StreamContext) { self.journal.note("\(self.label) ended") }

    func log(_ stream: StreamContext) { self.journal.note("\(self.label) log") }
}

/// May change bodies.
final class BodyProbe: Filter, RequestBodyHook, ResponseBodyHook {
    static let name = "body-probe"
    static let summary = "Changes bodies."

    let onRequest: BodyAnswer
    let onResponse: BodyAnswer

    init(
        request: @escaping BodyAnswer = { _, _, _ in .continue },
        response: @escaping BodyAnswer = { _, _, _ in .continue }
    ) {
        self.onRequest = request
        self.onResponse = response
    }

    convenience init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) { self.init() }

    func requestBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) throws -> FilterAction {
        try self.onRequest(&chunk, end, stream)
    }

    func responseBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) throws -> FilterAction {
        try self.onResponse(&chunk, end, stream)
    }
}

/// Looks at bodies.
final class ObserverProbe: Filter, RequestBodyObserver, ResponseBodyObserver {
    static let name = "observer-probe"
    static let summary = "Looks at bodies."

    let journal: Journal
    let onRequest: BodyAnswer
    let onResponse: BodyAnswer

    init(
        _ journal: Journal,
        request: @escaping BodyAnswer = { _, _, _ in .continue },
        response: @escaping BodyAnswer = { _, _, _ in .continue }
    ) {
        self.journal = journal
        self.onRequest = request
        self.onResponse = response
    }

    convenience init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) { self.init(Journal()) }

    func requestBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) throws -> FilterAction {
        self.journal.note("request \(String(buffer: chunk))\(end ? " end" : "")")
        var chunk = chunk
        return try self.onRequest(&chunk, end, stream)
    }

    func responseBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) throws -> FilterAction {
        self.journal.note("response \(String(buffer: chunk))\(end ? " end" : "")")
        var chunk = chunk
        return try self.onResponse(&chunk, end, stream)
    }
}

/// Collects both messages up to limits.
final class CollectProbe: Filter, RequestHeadHook, RequestCollectHook, ResponseHeadHook, ResponseCollectHook {
    static let name = "collect-probe"
    static let summary = "Collects bodies."

    let requestLimit: Int?
    let responseLimit: Int?
    let whenLonger: FilterAction.LongBody
    let onRequest: CollectedAnswer
    let onResponse: CollectedAnswer

    init(
        request requestLimit: Int? = nil,
        response responseLimit: Int? = nil,
        whenLonger: FilterAction.LongBody = .refuse,
        onRequest: @escaping CollectedAnswer = { _, _ in .continue },
        onResponse: @escaping CollectedAnswer = { _, _ in .continue }
    ) {
        self.requestLimit = requestLimit
        self.responseLimit = responseLimit
        self.whenLonger = whenLonger
        self.onRequest = onRequest
        self.onResponse = onResponse
    }

    convenience init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) { self.init() }

    func requestHead(_ stream: StreamContext) throws -> FilterAction {
        self.requestLimit.map { .collect(limit: $0, whenLonger: self.whenLonger) } ?? .continue
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) throws -> FilterAction {
        try self.onRequest(&body, stream)
    }

    func responseHead(_ stream: StreamContext) throws -> FilterAction {
        self.responseLimit.map { .collect(limit: $0, whenLonger: self.whenLonger) } ?? .continue
    }

    func responseCollected(_ body: inout ByteBuffer, _ stream: StreamContext) throws -> FilterAction {
        try self.onResponse(&body, stream)
    }
}

/// Changes trailers.
final class TrailersProbe: Filter, RequestTrailersHook, ResponseTrailersHook {
    static let name = "trailers-probe"
    static let summary = "Changes trailers."

    let onRequest: TrailersAnswer
    let onResponse: TrailersAnswer

    init(
        request: @escaping TrailersAnswer = { _, _ in .continue },
        response: @escaping TrailersAnswer = { _, _ in .continue }
    ) {
        self.onRequest = request
        self.onResponse = response
    }

    convenience init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) { self.init() }

    func requestTrailers(_ trailers: inout HeaderFields, _ stream: StreamContext) throws -> FilterAction {
        try self.onRequest(&trailers, stream)
    }

    func responseTrailers(_ trailers: inout HeaderFields, _ stream: StreamContext) throws -> FilterAction {
        try self.onResponse(&trailers, stream)
    }
}

struct ProbeFailure: Error {}

extension LocalResponse {
    /// A short answer of a test's filter.
    static func refusal(_ status: Int = 403, _ text: String = "no") -> LocalResponse {
        LocalResponse(status: status, text: text, detail: "probe.refused")
    }
}

extension StreamContext {
    /// Calls the scripted service `side.static` by HTTP.
    nonisolated(nonsending) func callSide(timeout: Duration = .seconds(10)) async throws -> CalloutResponse {
        let side = ServiceReference(name: "side.static", port: 80, host: "side.static")
        return try await self.callouts.http(CalloutRequest(path: "/side", timeout: timeout), to: side)
    }
}
