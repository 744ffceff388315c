import FilterAPI
import Testing
import Upstream

@Suite("Consistent hashing")
struct HashRingTests {
    private static let keys = (0..<20_000).map { StableHash.hash("user-\($0)".utf8) }

    private func names(_ count: Int) -> [(name: String, weight: Int)] {
        (0..<count).map { ("10.0.0.\($0):80", 1) }
    }

    @Test(arguments: [2, 3, 5, 10])
    func anAdditionalEndpointTakesItsShareAndMovesNoOtherKey(_ count: Int) {
        let before = HashRing(names(count))
        let after = HashRing(names(count + 1))
        var moved = 0
        for key in HashRingTests.keys where before.pick(key) != after.pick(key) {
            moved += 1
            #expect(after.pick(key) == count)
        }
        let share = Double(moved) / Double(HashRingTests.keys.count)
        let ideal = 1 / Double(count + 1)
        #expect(share > ideal * 0.7 && share < ideal * 1.3, "\(share) of about \(ideal)")
    }

    @Test func anEndpointThatLeavesMovesItsOwnKeysOnly() {
        let all = names(5)
        let left = all.filter { $0.name != all[2].name }
        let (before, after) = (HashRing(all), HashRing(left))
        for key in HashRingTests.keys where before.pick(key) != 2 {
            #expect(left[after.pick(key)].name == all[before.pick(key)].name)
        }
    }

    @Test func sharesFollowTheWeights() {
        let ring = HashRing([("a", 30), ("b", 10)])
        let first = HashRingTests.keys.count { ring.pick($0) == 0 }
        let share = Double(first) / Double(HashRingTests.keys.count)
        #expect(share > 0.65 && share < 0.85, "\(share)")
    }

    @Test func theOrderOfTheEndpointsMeansNothing() {
        let forwards = names(4)
        let backwards = Array(forwards.reversed())
        let (one, other) = (HashRing(forwards), HashRing(backwards))
        for key in HashRingTests.keys.prefix(2000) {
            #expect(forwards[one.pick(key)].name == backwards[other.pick(key)].name)
        }
    }

    @Test func manyHeavyEndpointsStayWithinTheBound() {
        let ring = HashRing((0..<2000).map { ("e\($0)", $0 % 999 + 1) })
        #expect(Set(HashRingTests.keys.map { ring.pick($0) }).count > 1000)
    }

    @Test func theHashIsTheSameEverywhere() {
        #expect(StableHash.hash("user-1".utf8) == StableHash.hash(Array("user-1".utf8)))
        #expect(StableHash.hash("user-1".utf8) != StableHash.hash("user-2".utf8))
    }
}

@Suite("Keys of requests")
struct HashKeyTests {
    private func request(_ path: String, _ fields: (HeaderName, String)...) -> RequestHead {
        var head = RequestHead(method: .get, headers: HeaderFields())
        head.path = path
        for (name, value) in fields { head.headers.add(name, value) }
        return head
    }

    @Test(arguments: [
        (HashKey.header("x-user"), "ann"), (.cookie("session"), "s1"), (.query("id"), "42"),
        (.sourceAddress, "192.0.2.1"),
    ])
    func theValueDecides(_ key: HashKey, _ value: String) {
        var head = request(
            "/a?x=1&id=42&id=43",
            (HeaderName("x-user"), "ann"),
            (.cookie, "a=b; session=s1"),
            (.xForwardedFor, "198.51.100.9, 192.0.2.1, 10.0.0.1")
        )
        head.clientAddress = "192.0.2.1"
        #expect(key.hash(of: head) == StableHash.hash(value.utf8))
    }

    @Test(arguments: [HashKey.header("x-user"), .cookie("session"), .query("id"), .sourceAddress])
    func whatIsMissingOrEmptyIsNoKey(_ key: HashKey) {
        #expect(key.hash(of: request("/a?idx=1&id=", (.cookie, "xsession=1; session="))) == nil)
        #expect(key.hash(of: request("/")) == nil)
        #expect(key.hash(of: request("/", (.xForwardedFor, "192.0.2.1"))) == nil)
    }
}
