import FilterAPI
import Logging
import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: breaker")
struct AICacheBreakerTests {
    private let start = NIODeadline.uptimeNanoseconds(0)

    @Test("opens after three failures in a row, for five seconds")
    func opens() {
        let breaker = HeldBreaker()
        for _ in 0..<3 {
            #expect(breaker.allowsCall(at: self.start))
            breaker.failed(at: self.start)
        }
        #expect(!breaker.allowsCall(at: self.start))
        #expect(!breaker.allowsCall(at: self.start + .milliseconds(4999)))
        #expect(breaker.allowsCall(at: self.start + .seconds(5)))
    }

    @Test("a success between failures starts the count anew")
    func counts() {
        let breaker = HeldBreaker()
        for _ in 0..<5 {
            breaker.failed(at: self.start)
            breaker.failed(at: self.start)
            breaker.succeeded()
        }
        #expect(breaker.allowsCall(at: self.start))
    }

    @Test("after the pause one call tries, and decides")
    func tries() {
        let breaker = HeldBreaker()
        for _ in 0..<3 { breaker.failed(at: self.start) }
        let later = self.start + .seconds(5)
        #expect(breaker.allowsCall(at: later) && !breaker.allowsCall(at: later))
        breaker.failed(at: later)
        #expect(!breaker.allowsCall(at: later + .seconds(4)))
        #expect(breaker.allowsCall(at: later + .seconds(5)))
        breaker.abandoned()
        #expect(breaker.allowsCall(at: later + .seconds(5)))
        breaker.succeeded()
        #expect(breaker.allowsCall(at: later + .seconds(5)) && breaker.allowsCall(at: later + .seconds(5)))
    }
}

/// A breaker behind a reference, so that expectations may ask it.
private final class HeldBreaker {
    private var breaker = Breaker()

    func allowsCall(at now: NIODeadline) -> Bool { self.breaker.allowsCall(at: now) }
    func failed(at now: NIODeadline) { self.breaker.failed(at: now) }
    func succeeded() { self.breaker.succeeded() }
    func abandoned() { self.breaker.abandoned() }
}

@Suite("ai-cache: Cache-Control")
struct AICacheCacheControlTests {
    @Test(
        "directives are followed",
        arguments: [
            ("no-store", true, true, nil), ("No-Cache", false, true, nil), ("max-age=60", false, false, 60),
            ("public, max-age=\"5\" , no-transform", false, false, 5), ("max-age=60, max-age=5", false, false, 5),
            ("max-age=x", false, false, nil), ("max-age", false, false, nil), ("", false, false, nil),
            ("private, x-no-store", false, false, nil),
        ] as [(String, Bool, Bool, Int?)]
    )
    func directives(value: String, forbidsStoring: Bool, forbidsServing: Bool, maximumAge: Int?) {
        let rules = CacheControlRules([.cacheControl: value])
        #expect(rules.forbidsStoring == forbidsStoring && rules.forbidsServing == forbidsServing)
        #expect(rules.maximumAge == maximumAge)
    }

    @Test("several fields count together")
    func fields() {
        var headers: HeaderFields = [.cacheControl: "max-age=5"]
        headers.add(.cacheControl, "no-store")
        #expect(CacheControlRules(headers).forbidsStoring && CacheControlRules(headers).maximumAge == 5)
    }

    @Test(
        "age decides",
        arguments: [
            ("max-age=5", 5, true), ("max-age=5", 6, false), ("max-age=5", nil, false), ("max-age=0", 0, false),
            ("", nil, true),
            ("no-cache", 0, false),
        ] as [(String, Int?, Bool)]
    )
    func age(value: String, age: Int?, isAllowed: Bool) {
        #expect(CacheControlRules([.cacheControl: value]).allowsServing(age: age) == isAllowed)
    }
}

@Suite("ai-cache: log lines")
struct AICacheLogTests {
    private func lines(_ question: String, _ keys: CacheLog.Keys = .plain) -> [String] {
        let recorded = CacheLogRecording()
        let log = CacheLog(logger: recorded.logger, keys: keys)
        let key = CacheKey(question: question, prefix: "p:", scope: nil)
        log.hit(key)
        log.miss(key)
        return recorded.lines(at: .info)
    }

    @Test("the phrases are exact")
    func phrases() {
        #expect(self.lines("what?") == ["cache hit for key: what?", "cache miss for key: what?"])
    }

    @Test(
        "a prompt cannot forge a line or steer a terminal",
        arguments: [
            ("a\ncache hit for key: b", #"a\ncache hit for key: b"#), ("a\r\n\tb", #"a\r\n\tb"#),
            ("\u{1B}[2J", #"\u{1b}[2J"#),
            ("\u{2028}\u{85}\u{7F}\u{202E}", #"\u{2028}\u{85}\u{7f}\u{202e}"#), ("你好 🙂 👩‍👩‍👧", "你好 🙂 👩‍👩‍👧"),
            ("%s %d", "%s %d"),
        ]
    )
    func escaping(question: String, shown: String) {
        #expect(self.lines(question) == ["cache hit for key: " + shown, "cache miss for key: " + shown])
    }

    @Test("questions are cut at 128 characters")
    func cut() {
        let shown = String(repeating: "é", count: 128)
        #expect(self.lines(String(repeating: "é", count: 129)).first == "cache hit for key: " + shown)
        #expect(self.lines(shown).first == "cache hit for key: " + shown)
    }

    @Test("digests can stand for questions")
    func digests() {
        let key = CacheKey(question: "secret", prefix: "p:", scope: nil)
        #expect(self.lines("secret", .hash).last == "cache miss for key: \(key.id)")
    }
}

@Suite("ai-cache: which requests take part")
struct AICacheRequestTests {
    @Test(
        "JSON that can be read",
        arguments: [
            ("application/json", true), ("Application/JSON; charset=utf-8", true), ("application/vnd.api+json", true),
            ("application/ld+json; profile=x", true), ("text/json", true), ("text/plain", false),
            ("multipart/form-data", false),
            ("application/jsonl", true),
        ]
    )
    func contentType(value: String, takesPart: Bool) {
        #expect(([.contentType: value] as HeaderFields).announceJSON == takesPart)
    }

    @Test("no content type, or a compressed body, takes no part")
    func others() {
        #expect(!HeaderFields().announceJSON)
        #expect(!([.contentType: "application/json", .contentEncoding: "gzip"] as HeaderFields).announceJSON)
        #expect(([.contentType: "application/json", .contentEncoding: "identity"] as HeaderFields).announceJSON)
    }

    @Test(
        "only exactly on skips",
        arguments: [("on", true), ("On", false), ("true", false), ("on ", false), ("", false)]
    )
    func skipping(value: String, skips: Bool) {
        #expect(CacheableRequest.asksToSkip(["x-higress-skip-ai-cache": value]) == skips)
    }

    @Test(
        "other formats are known by their path",
        arguments: [
            ("/v1/completions", true), ("/openai/v1/completions/", true), ("/v1/responses", true),
            ("/anthropic/v1/messages", true),
            ("/v1/messages?beta=true", true), ("/v1/completions/?a=/", true),
            ("/v1/chat/completions", false), ("/", false), ("", false), ("/v1/messages/count", false),
            ("/chat?to=/v1/messages", false), ("/V1/messages", false),
        ]
    )
    func formats(target: String, isOther: Bool) {
        #expect(Array(target.utf8).withUnsafeBytes { CacheableRequest.isOtherFormat(target: $0) } == isOther)
    }

    @Test(
        "chat completions are one format wherever they are offered, every other path is its own",
        arguments: [
            ("/v1/chat/completions", ""), ("/v1/chat/completions/", ""), ("/v1/chat/completions?a=/b", ""),
            ("/openai/v1/chat/completions", ""), ("/chat/completions", ""), ("/v2/chat/completions", ""),
            ("/v1/messages", "/v1/messages"), ("/v1/messages/?beta=true", "/v1/messages"),
            ("/v1/messages/count_tokens", "/v1/messages/count_tokens"), ("/api/chat", "/api/chat"),
            ("/tokenize?to=/v1/chat/completions", "/tokenize"), ("/", "/"), ("", "/"),
            ("/openai/deployments/a/chat/completions?api-version=1", "/openai/deployments/a/chat/completions"),
            ("/openai/Deployments/b/chat/completions", "/openai/Deployments/b/chat/completions"),
            ("/models/c/v1/chat/completions", "/models/c/v1/chat/completions"),
        ]
    )
    func formatOfPath(target: String, format: String) {
        #expect(Array(target.utf8).withUnsafeBytes { CacheableRequest.format(target: $0) } == format)
    }
}
