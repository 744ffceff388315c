import FilterAPI
import NIOCore

/// Collects requests and responses whole, whatever they are.
final class CollectingBoth: Filter, RequestHeadHook, RequestCollectHook, ResponseHeadHook, ResponseCollectHook {
    static let name = "collecting"
    static let summary = "Collects everything."

    init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) {}

    func requestHead(_ stream: StreamContext) -> FilterAction { .collect(limit: 16) }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction { .continue }

    func responseHead(_ stream: StreamContext) -> FilterAction { .collect(limit: 16) }

    func responseCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction { .continue }
}

/// Lets no upstream switch the protocol.
final class ForbiddingSwitch: Filter, ResponseHeadHook {
    static let name = "forbidding"
    static let summary = "Answers 403 in place of 101."

    init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) {}

    func responseHead(_ stream: StreamContext) -> FilterAction {
        guard stream.response.status == 101 else { return .continue }
        return .respond(LocalResponse(status: 403, text: "no\n", detail: "forbidding.no"))
    }
}
