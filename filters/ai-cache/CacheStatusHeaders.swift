import FilterAPI

/// What became of a request in the cache, as the client and the access log are told.
enum CacheStatus: String, Sendable, Hashable, CaseIterable {
    /// Answered from the store.
    case hit
    /// Answered from the store, with the answer to a question that means the same.
    case semanticHit = "semantic-hit"
    /// Looked up and not found.
    case miss
    /// The client asked to leave the cache out.
    case skip
    /// A request that the cache cannot or must not look up.
    case bypass

    /// The value of `Cache-Status` (RFC 9211).
    fileprivate var statusField: String {
        switch self {
        case .hit: "sluice; hit; detail=\"exact\""
        case .semanticHit: "sluice; hit; detail=\"semantic\""
        case .miss: "sluice; fwd=miss"
        case .skip: "sluice; fwd=request"
        case .bypass: "sluice; fwd=bypass"
        }
    }
}

/// Writes the fields that tell about the cache.
enum CacheStatusHeaders {
    /// The fields that all hits have in common, made once: with content type, for replies and for streams.
    static let hit = hitFields(streamed: false)
    static let streamedHit = hitFields(streamed: true)

    static let key = HeaderName("x-sluice-cache-key")
    static let similarity = HeaderName("x-sluice-cache-similarity")
    static let shadow = HeaderName("x-sluice-cache-shadow")
    /// What is said of a lookup in shadow mode that has not ended.
    static let pending = "pending"

    /// Adds the fields to a response.
    ///
    /// - Parameters:
    ///   - status: What became of the request.
    ///   - key: The opaque name of the key, if one was made.
    ///   - headers: The response's fields.
    static func add(_ status: CacheStatus, key: CacheKeyID?, to headers: inout HeaderFields) {
        // Another cache upstream may have told of itself; its member stays first in the list.
        headers.add(.cacheStatus, status.statusField)
        headers[.xSluiceCache] = status.rawValue
        headers[Self.key] = key?.description
        // What is said of a lookup is about this one.
        headers[Self.similarity] = nil
        headers[Self.shadow] = nil
    }

    /// Adds what `mode: shadow` would have answered; never the word hit, for it was none.
    ///
    /// - Parameters:
    ///   - watched: What was found; `nil` when that is not known.
    ///   - isPending: Whether it will be.
    ///   - headers: The response's fields.
    static func add(_ watched: WatchedLookup?, isPending: Bool, to headers: inout HeaderFields) {
        if let watched {
            headers[self.shadow] = watched.result.rawValue
            if let score = watched.stored?.score { headers[self.similarity] = score.shortText }
        } else if isPending {
            headers[self.shadow] = self.pending
        }
    }

    /// The fields of a hit.
    ///
    /// - Parameters:
    ///   - streamed: Whether it is answered as events.
    ///   - key: The opaque name of the key.
    ///   - age: The seconds since it was stored, if they are known.
    static func hit(streamed: Bool, key: CacheKeyID, age: Int?) -> HeaderFields {
        var headers = streamed ? self.streamedHit : self.hit
        key.withDigits { headers.add(Self.key, bytes: $0) }
        if let age { headers.add(.age, String(max(0, age))) }
        return headers
    }

    /// The fields of a hit with the answer to a question that means the same.
    ///
    /// - Parameter score: How near the two are, in the vector store's own measure.
    static func semanticHit(streamed: Bool, key: CacheKeyID, age: Int?, score: Double) -> HeaderFields {
        var headers = self.hit(streamed: streamed, key: key, age: age)
        headers[.cacheStatus] = CacheStatus.semanticHit.statusField
        headers[.xSluiceCache] = CacheStatus.semanticHit.rawValue
        headers[self.similarity] = score.shortText
        return headers
    }

    /// The fields of an answer that another request brought; one that was looked up and not found.
    static func coalesced(streamed: Bool, key: CacheKeyID) -> HeaderFields {
        [
            .contentType: AnswerRendering.contentType(streamed: streamed),
            .cacheStatus: "sluice; fwd=miss; collapsed",
            .xSluiceCache: CacheStatus.miss.rawValue,
            Self.key: key.description,
        ]
    }

    private static func hitFields(streamed: Bool) -> HeaderFields {
        [
            .contentType: AnswerRendering.contentType(streamed: streamed),
            .cacheStatus: CacheStatus.hit.statusField,
            .xSluiceCache: CacheStatus.hit.rawValue,
        ]
    }
}
