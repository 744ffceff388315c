import FilterAPI
import Testing
import Upstream

@Suite("What of a request decides about its endpoint on a route")
struct HashPolicyTests {
    private static let full: RequestHead = {
        var head = request("http://h/?id=7", headers: ["x-user": "alice", "cookie": "sid=1"])
        head.clientAddress = "10.0.0.1"
        return head
    }()

    private static func outcome(_ items: [HashPolicy.Item], of request: RequestHead = full) -> HashPolicy.Outcome {
        var random = LoopRandom(seed: 1)
        return HashPolicy(items).outcome(of: request, using: &random)
    }

    @Test(
        "One key gives the hash that it gives a service",
        arguments: [
            HashKey.header("x-user"), .cookie("sid"), .query("id"), .sourceAddress,
        ]
    )
    func one(_ key: HashKey) {
        #expect(Self.outcome([.init(key)]).hash == key.hash(of: Self.full))
        #expect(Self.outcome([.init(key)]).hash != nil)
    }

    @Test func severalKeysTogetherGiveAnotherOne() {
        let (user, id) = (HashPolicy.Item(.header("x-user")), HashPolicy.Item(.query("id")))
        let both = Self.outcome([user, id]).hash
        #expect(both != Self.outcome([user]).hash && both != Self.outcome([id]).hash)
        #expect(both != Self.outcome([id, user]).hash)
        // As in Envoy: turned left by one, then joined.
        let hashes = [HashKey.header("x-user"), .query("id")].compactMap { $0.hash(of: Self.full) }
        #expect(both == (hashes[0] << 1 | hashes[0] >> 63) ^ hashes[1])
    }

    @Test func keysThatARequestHasNotAreLeftOut() {
        let items: [HashPolicy.Item] = [.init(.header("x-none")), .init(.query("id")), .init(.cookie("none"))]
        #expect(Self.outcome(items).hash == HashKey.query("id").hash(of: Self.full))
        #expect(Self.outcome([.init(.header("x-none"))]) == HashPolicy.Outcome())
    }

    @Test func aTerminalKeyEndsTheListWhereItIsThere() {
        let items: [HashPolicy.Item] = [
            .init(.header("x-none"), isTerminal: true), .init(.header("x-user"), isTerminal: true), .init(.query("id")),
        ]
        #expect(Self.outcome(items).hash == HashKey.header("x-user").hash(of: Self.full))
    }

    /// A cookie's lifetime and path, the scheme, and what `Set-Cookie` says behind the value.
    @Test(arguments: [
        (Duration.seconds(3600), String?.some("/"), "http", "; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax"),
        (.seconds(60), nil, "https", "; Max-Age=60; HttpOnly; SameSite=Lax; Secure"),
        (.milliseconds(1), nil, "http", "; Max-Age=1; HttpOnly; SameSite=Lax"),
        (.zero, "/a", "http", "; Path=/a; HttpOnly; SameSite=Lax"),
    ])
    func aClientWithoutTheCookieGetsOne(_ lifetime: Duration, _ path: String?, _ scheme: String, _ rest: String) throws
    {
        let item = HashPolicy.Item(
            .cookie("sid"),
            cookie: AffinityCookie(name: "sid", lifetime: lifetime, path: path)
        )
        let first = Self.outcome([item], of: request("\(scheme)://h/"))
        let cookie = try #require(first.cookies.first)
        #expect(first.cookies.count == 1 && cookie.hasPrefix("sid=") && cookie.hasSuffix(rest))
        let value = cookie.dropLast(rest.count)
        #expect(value.count == "sid=".count + 16)
        // What the client sends from now on belongs to the same endpoint.
        let later = Self.outcome([item], of: request("\(scheme)://h/", headers: ["cookie": "a=b; \(value)"]))
        #expect(later == HashPolicy.Outcome(hash: first.hash))
        #expect(later.hash != nil)
    }

    @Test func noCookieIsMadeBehindATerminalKeyThatIsThere() {
        let cookie = HashPolicy.Item(.cookie("new"), cookie: AffinityCookie(name: "new", lifetime: .zero))
        let user = HashPolicy.Item(.header("x-user"), isTerminal: true)
        #expect(Self.outcome([user, cookie]).cookies.isEmpty)
        #expect(Self.outcome([user, cookie], of: request("http://h/")).cookies.count == 1)
    }
}
