import FilterAPI
import NIOCore
import Synchronization

/// What operators can ask of all caches of the process: to forget entries, and how they do.
final class CacheAdministration: AdminEndpoint {
    private struct Entry {
        weak var cache: AICache?
    }

    let adminPath = "/ai-cache/"
    private let entries = Mutex<[Entry]>([])

    /// Adds a cache for as long as it is in use.
    func add(_ cache: AICache) {
        self.entries.withLock { entries in
            entries.removeAll { $0.cache == nil }
            entries.append(Entry(cache: cache))
        }
    }

    private var caches: [AICache] { self.entries.withLock { $0.compactMap(\.cache) } }

    nonisolated(nonsending) func answer(_ request: AdminRequest, by callouts: any Callouts) async -> AdminReply {
        switch AdminCall(request) {
        case .statistics: return AdminReply(json: CacheStatistics(self.caches, at: .now()).json)
        case .observations: return AdminReply(json: self.observations)
        case .purge(let purge): return await self.purge(purge, by: callouts)
        case .refused(let reply): return reply
        }
    }

    /// The last observations of all caches, as a JSON object.
    private var observations: String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("observations") { list in
                list.array { array in
                    for kept in self.caches.keptObservations {
                        for observation in kept.all { observation.write(into: &array) }
                    }
                }
            }
        }
        return String(buffer: writer.bytes)
    }

    private nonisolated(nonsending) func purge(_ purge: Purge, by callouts: any Callouts) async -> AdminReply {
        var report = PurgeReport()
        let now = ClockReading.now.secondsSince1970
        for cache in self.caches { report.add(await cache.purge(purge, at: now, by: callouts)) }
        return AdminReply(status: report.status(of: purge), json: report.json)
    }
}

extension [AICache] {
    /// The observations of these caches, each once: rules of one entry share them.
    var keptObservations: [KeptObservations] {
        var seen: Set<ObjectIdentifier> = []
        return self.compactMap { $0.observations?.kept }.filter { seen.insert(ObjectIdentifier($0)).inserted }
    }
}

extension PurgeReport {
    /// 404 when no such entry is known, 502 when a store did not do as it was asked.
    fileprivate func status(of purge: Purge) -> Int {
        guard self.failures.isEmpty else { return 502 }
        if self.removed == 0, !self.unresolved.isEmpty { return 404 }
        if case .entry = purge, self.removed == 0, self.vectors == 0 { return 404 }
        return 200
    }
}

/// A request of an operator, understood.
enum AdminCall: Sendable, Hashable {
    case statistics
    case observations
    case purge(Purge)
    case refused(AdminReply)

    /// Reads `GET /ai-cache/stats`, `GET /ai-cache/observations`, `DELETE /ai-cache/entries/KEY` and `DELETE /ai-cache/entries?scope=SCOPE`.
    init(_ request: AdminRequest) {
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2)
        switch (parts.first, parts.dropFirst().first, parts.count) {
        case ("stats", nil, 1): self = Self.get(request, .statistics)
        case ("observations", nil, 1): self = Self.get(request, .observations)
        case ("entries", nil, 1): self = Self.delete(request) { Self.scope(request.query) }
        case ("entries", let name?, 2):
            self = Self.delete(request) { CacheKeyID(String(name)).map { .purge(.entry($0)) } ?? .refused(.notFound) }
        default: self = .refused(.notFound)
        }
    }

    private static func get(_ request: AdminRequest, _ call: AdminCall) -> AdminCall {
        request.method == .get ? call : .refused(.methodNotAllowed(allow: [.get, .head]))
    }

    private static func delete(_ request: AdminRequest, _ call: () -> AdminCall) -> AdminCall {
        request.method == .delete ? call() : .refused(.methodNotAllowed(allow: [.delete]))
    }

    private static func scope(_ query: String) -> AdminCall {
        guard query.hasPrefix("scope="), let purge = Purge(scope: String(query.dropFirst(6))) else {
            let expected =
                "expected ?scope= with the digest of a scope (64 hexadecimal digits) or the key of an entry (32)"
            return .refused(AdminReply(status: 400, json: #"{"error":"\#(expected)"}"#))
        }
        return .purge(purge)
    }
}
