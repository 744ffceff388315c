import TestSupport
import Testing

@Suite("Requests are spread over endpoints", .timeLimit(.minutes(15)))
struct LoadBalancingTests {
    @Test func byDefaultInTurn() async throws {
        try await ChangingUpstream.three { upstreams in
            try await BalancedGateway.run(upstreams, "protocol: http") { gateway in
                try await gateway.expect([200: 30], of: 30)
                #expect(upstreams.map(\.count) == [10, 10, 10])
            }
        }
    }

    @Test func inProportionToTheWeights() async throws {
        try await ChangingUpstream.three { upstreams in
            try await BalancedGateway.run(upstreams, "weights: [3, 1, 2]") { gateway in
                try await gateway.expect([200: 60], of: 60)
                #expect(upstreams.map(\.count) == [30, 10, 20])
            }
        }
    }

    @Test func atRandomByWeight() async throws {
        try await ChangingUpstream.three { upstreams in
            let keys = "weights: [6, 1, 1], loadBalancing: { policy: random }"
            try await BalancedGateway.run(upstreams, keys) { gateway in
                try await gateway.expect([200: 200], of: 200)
                // 150 are expected of the first; less than 110 come about once in 10^9 runs.
                #expect(upstreams[0].count > 110, "\(upstreams.map(\.count))")
                #expect(upstreams[1].count > 0 && upstreams[2].count > 0)
            }
        }
    }

    @Test func aBusyEndpointGetsNothingMoreWithLeastRequest() async throws {
        try await ChangingUpstream.three { upstreams in
            try await BalancedGateway.run(upstreams, "loadBalancing: { policy: leastRequest }") { gateway in
                upstreams[0].hold(true)
                try await withThrowingTaskGroup(of: Int.self) { group in
                    // Until a request hangs on the first endpoint; all others are answered.
                    var asked = 0
                    while upstreams[0].count == 0 {
                        group.addTask { try await gateway.answer().status }
                        asked += 1
                        let sum = asked
                        #expect(await eventually { upstreams.reduce(0) { $0 + $1.count } == sum })
                    }
                    let before = upstreams.map(\.count)
                    try await gateway.expect([200: 40], of: 40)
                    let after = upstreams.map(\.count)
                    #expect(after[0] - before[0] <= 1)
                    #expect(after[1] > before[1] && after[2] > before[2])
                    upstreams[0].hold(false)
                    for try await status in group { #expect(status == 200) }
                }
            }
        }
    }

    @Test(arguments: [
        ("header: x-user", "/", "x-user: "), ("cookie: session", "/", "cookie: a=b; session="),
        ("query: id", "/?id=", ""), ("sourceAddress: true", "/", "x-other: "),
    ])
    func aKeyHasItsEndpoint(_ hash: String, _ path: String, _ field: String) async throws {
        try await ChangingUpstream.three { upstreams in
            let keys = "loadBalancing: { policy: ringHash, hash: { \(hash) } }"
            try await BalancedGateway.run(upstreams, keys, workers: 2) { gateway in
                var owners: Set<String> = []
                // Endpoints have other places at every run: that all of these belong to one is as good as impossible.
                for user in 0..<40 {
                    let path = path.hasSuffix("=") ? path + "\(user)" : path
                    let fields = field.isEmpty ? "" : "\(field)\(user)\r\n"
                    var bodies: Set<String> = []
                    for _ in 0..<4 { bodies.insert(try await gateway.answer(path, fields: fields).body) }
                    #expect(bodies.count == 1, "\(user)")
                    owners.formUnion(bodies)
                }
                // All come from one address; the other keys are many.
                #expect(hash == "sourceAddress: true" ? owners.count == 1 : owners.count > 1)
            }
        }
    }

    @Test(arguments: [
        // What a client sends to a trusted proxy, and whether all go to one endpoint.
        ("NUMBER, 192.0.2.1", true), ("10.0.0.NUMBER, 192.0.2.1, 127.0.0.1", true), ("192.0.2.1, unknown", true),
        ("192.0.2.NUMBER", false), ("10.9.9.9, 192.0.2.NUMBER, 127.0.0.1", false),
    ])
    func behindTrustedProxiesTheAddressIsTheOneTheyTell(_ chain: String, _ isOne: Bool) async throws {
        try await ChangingUpstream.three { upstreams in
            let keys = "loadBalancing: { policy: ringHash, hash: { sourceAddress: true } }"
            try await BalancedGateway.run(upstreams, keys, trustedProxies: ["127.0.0.0/8"]) { gateway in
                var owners: Set<String> = []
                for number in 1...16 {
                    let chain = chain.replacing("NUMBER", with: "\(number)")
                    owners.insert(try await gateway.answer(fields: "x-forwarded-for: \(chain)\r\n").body)
                }
                #expect(isOne ? owners.count == 1 : owners.count > 1, "\(owners)")
            }
        }
    }

    @Test func withoutItsKeyARequestGoesAnywhere() async throws {
        try await ChangingUpstream.three { upstreams in
            let keys = "loadBalancing: { policy: ringHash, hash: { header: x-user } }"
            try await BalancedGateway.run(upstreams, keys) { gateway in
                try await gateway.expect([200: 100], of: 100)
                #expect(upstreams.allSatisfy { $0.count > 5 }, "\(upstreams.map(\.count))")
            }
        }
    }
}
