import FilterAPI
import NIOCore
import Synchronization

/// What all broken filters have: a name, no configuration.
protocol BrokenFilter: Filter where Configuration == NoConfiguration {
    init()
}

extension BrokenFilter {
    static var name: String { "broken" }
    static var summary: String { "Breaks a rule." }
    init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) { self.init() }
}

/// Replaces a word in each part of the body by itself, so that a word that is cut in two stays.
final class CutWords: BrokenFilter, RequestBodyHook {
    func requestBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        chunk = ByteBuffer(string: String(buffer: chunk).replacing("tief", with: "****"))
        return .continue
    }
}

/// Sends another number each time.
final class Chance: BrokenFilter, ResponseHeadHook {
    func responseHead(_ stream: StreamContext) -> FilterAction {
        stream.response.headers["x-number"] = "\(UInt64.random(in: 0...UInt64.max))"
        return .continue
    }
}

/// Keeps what belongs to a stream in the filter that all streams share.
final class SharedBody: BrokenFilter, RequestBodyHook {
    private let kept = Mutex(ByteBuffer())

    func requestBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        let part = chunk
        self.kept.withLock { kept in
            var part = part
            kept.writeBuffer(&part)
        }
        chunk = ByteBuffer()
        guard end else { return .continue }
        chunk = self.kept.withLock { kept in
            defer { kept = ByteBuffer() }
            return kept
        }
        return .continue
    }
}

/// Drops the trailers of requests.
final class TrailerEater: BrokenFilter, RequestTrailersHook {
    func requestTrailers(_ trailers: inout HeaderFields, _ stream: StreamContext) -> FilterAction {
        trailers = HeaderFields()
        return .continue
    }
}

/// Answers the request, and then its own answer.
final class SecondAnswer: BrokenFilter, RequestHeadHook, ResponseHeadHook {
    func requestHead(_ stream: StreamContext) -> FilterAction { .respond(.refusal(403)) }
    func responseHead(_ stream: StreamContext) -> FilterAction { .respond(.refusal(402)) }
}

/// Refuses an answer whose head is already with the client.
final class LateRefusal: BrokenFilter, ResponseBodyHook {
    func responseBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        end ? .respond(.refusal()) : .continue
    }
}

/// Takes every body to be text.
final class ThrowingParser: BrokenFilter, RequestHeadHook, RequestCollectHook {
    struct NoText: Error {}

    func requestHead(_ stream: StreamContext) -> FilterAction { .collect(limit: 1 << 20) }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) throws -> FilterAction {
        guard body.readableBytes > 0 else { throw NoText() }
        return .continue
    }
}

/// Waits for what never comes, and does not mind that the stream has ended.
final class DeafWaiting: BrokenFilter, RequestHeadHook {
    static let gate = Gate()

    func requestHead(_ stream: StreamContext) -> FilterAction {
        .suspend {
            await DeafWaiting.gate.wait()
            return .continue
        }
    }
}

/// Holds the stream until the watchdog comes.
final class EndlessCall: BrokenFilter, RequestHeadHook {
    func requestHead(_ stream: StreamContext) -> FilterAction {
        .suspend {
            for _ in 0..<1000 { _ = try await stream.callSide(timeout: .seconds(60)) }
            return .continue
        }
    }
}

/// Collects without a bound.
final class BoundlessCollect: BrokenFilter, RequestHeadHook, RequestCollectHook {
    func requestHead(_ stream: StreamContext) -> FilterAction { .collect(limit: .max) }
    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction { .continue }
}

/// Asks for the whole body without a hook to see it.
final class CollectWithoutHook: BrokenFilter, RequestHeadHook {
    func requestHead(_ stream: StreamContext) -> FilterAction { .collect(limit: 1024) }
}

/// Holds a body part by part, past all limits, and lets go at its end.
final class Hoard: BrokenFilter {
    func makeStream(_ stream: StreamContext) -> Holding? { Holding() }

    final class Holding: RequestBodyHook {
        private var held = ByteBuffer()

        func requestBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
            self.held.writeBuffer(&chunk)
            chunk = end ? self.held : ByteBuffer()
            return .continue
        }
    }
}

/// Lets the body pass and keeps a copy of all of it.
final class Copyist: BrokenFilter {
    func makeStream(_ stream: StreamContext) -> Copying? { Copying() }

    final class Copying: ResponseBodyObserver {
        private var copy: [UInt8] = []

        func responseBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
            self.copy += chunk.readableBytesView
            return .continue
        }
    }
}

/// Remembers each stream's object for good.
final class Collector: BrokenFilter {
    private let kept = Mutex<[Kept]>([])

    struct Kept: @unchecked Sendable {
        let object: Seen
    }

    func makeStream(_ stream: StreamContext) -> Seen? {
        let seen = Seen()
        self.kept.withLock { $0.append(Kept(object: seen)) }
        return seen
    }

    final class Seen: ResponseHeadHook {
        func responseHead(_ stream: StreamContext) -> FilterAction { .continue }
    }
}

/// Begins work behind each stream that has no end.
final class EndlessWork: BrokenFilter, RequestHeadHook {
    func requestHead(_ stream: StreamContext) -> FilterAction {
        stream.detach { while true { _ = try? await stream.callSide() } }
        return .continue
    }
}

/// Does all kinds of things as it should.
final class Decent: BrokenFilter {
    func makeStream(_ stream: StreamContext) -> Doing? { Doing() }

    final class Doing: WholeRequestHook, ResponseBodyObserver, StreamEndHook {
        private var bytes = 0

        func wholeRequest(_ body: inout ByteBuffer, _ stream: StreamContext) async throws -> LocalResponse? {
            let answer = try await stream.callSide()
            stream.request.headers["x-side"] = String(buffer: answer.body)
            body.writeString("!")
            return nil
        }

        func responseBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
            self.bytes += chunk.readableBytes
            return .continue
        }

        func streamEnded(_ stream: StreamContext) { stream.setAILog("bytes", .integer(self.bytes)) }
    }
}
