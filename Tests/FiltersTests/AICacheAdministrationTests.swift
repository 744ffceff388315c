import FilterAPI
import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: what operators can ask")
struct AICacheAdministrationTests {
    private static let key = "00112233445566778899aabbccddeeff"
    private static let digest = String(repeating: "0123456789abcdef", count: 4)

    @Test(
        "reads a purge by its key or scope",
        arguments: [
            (
                "/ai-cache/entries/\(key)", "",
                Purge.entry(CacheKeyID(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF))
            ),
            ("/ai-cache/entries", "scope=\(digest)", .scope(digest)),
            (
                "/ai-cache/entries", "scope=\(key)",
                .scopeOf(CacheKeyID(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF))
            ),
        ]
    )
    func purges(path: String, query: String, purge: Purge) {
        #expect(AdminCall(AdminRequest(method: .delete, path: path, query: query)) == .purge(purge))
    }

    @Test(
        "refuses what is no name",
        arguments: [
            "/ai-cache/entries/\(key)0", "/ai-cache/entries/\(key.uppercased())", "/ai-cache/entries/",
            "/ai-cache/entries/+\(key.dropFirst())",
            "/ai-cache/entries/\(key)/", "/ai-cache", "/ai-cache/",
        ]
    )
    func noNames(path: String) {
        #expect(AdminCall(AdminRequest(method: .delete, path: path)) == .refused(.notFound))
    }

    @Test(
        "the scope in a stored key is its digest, and nothing else is",
        arguments: ["q", String(repeating: "q", count: 600)]
    )
    func scopeInKey(question: String) {
        let key = CacheKey(question: question, prefix: "p:", scope: Self.digest)
        #expect(CacheKey.scope(ofStored: key.stored, prefix: "p:") == Self.digest)
        #expect(CacheKey.scope(ofStored: key.stored, prefix: "other:") == nil)
        let plain = CacheKey(question: question, prefix: "p:", scope: nil)
        #expect(CacheKey.scope(ofStored: plain.stored, prefix: "p:") == nil)
    }

    @Test("a breaker tells how calls fare")
    func breaker() {
        var breaker = Breaker()
        let start = NIODeadline.uptimeNanoseconds(0)
        for _ in 0..<Breaker.failuresToOpen {
            #expect(breaker.condition(at: start) == .closed)
            breaker.failed(at: start)
        }
        #expect(breaker.condition(at: start) == .open)
        #expect(breaker.condition(at: start + Breaker.openTime) == .halfOpen)
        breaker.succeeded()
        #expect(breaker.condition(at: start) == .closed)
    }
}
