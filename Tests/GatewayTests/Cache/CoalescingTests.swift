import FilterAPI
import Foundation
import Gateway
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@Suite("Coalescing over sockets")
struct CoalescingTests {
    /// Holds a model's answers back until a test lets them go.
    private final class Hold: Sendable {
        private let isOver = Mutex(false)

        func release() { self.isOver.withLock { $0 = true } }

        func passed() async { _ = await eventually { self.isOver.withLock { $0 } } }
    }

    /// Asks all at once, and lets the model answer when the gateway has looked all of them up.
    private func askAll(_ questions: [ChatQuestion], _ gateway: GatewayFixture, _ hold: Hold) async throws
        -> [ChatAnswer]
    {
        try await withThrowingTaskGroup(of: (Int, ChatAnswer).self) { group in
            for (index, question) in questions.enumerated() {
                group.addTask { (index, try await question.ask(gateway.port)) }
            }
            let areThere = await eventually { lookups(gateway) == questions.count }
            #expect(areThere)
            // Each event loop answers behind the turn in which it logged a lookup, and joined those who wait.
            _ = await gateway.server.liveCounts()
            hold.release()
            var answers: [Int: ChatAnswer] = [:]
            for try await (index, answer) in group { answers[index] = answer }
            return questions.indices.compactMap { answers[$0] }
        }
    }

    @Test(
        "fifty equal requests on two workers make one call and get fifty right answers",
        arguments: [false, true],
        [false, true]
    )
    func fifty(streams: Bool, redis: Bool) async throws {
        let hold = Hold()
        let text = nastyTexts.joined(separator: " ")
        let model = try await ScriptedUpstream.start { request in
            await hold.passed()
            return ModelAnswer.fitting(request, text)
        }
        var setup = CacheSetup(model: model)
        if redis {
            setup.redis = try await .start()
            setup.config = "{ \(CacheSetup.redis()) }"
        }
        try await GatewayFixture.run(setup.text, workers: 2) { gateway in
            let question = ChatQuestion(question: "q", streams: streams)
            let answers = try await self.askAll(Array(repeating: question, count: 50), gateway, hold)
            #expect(answers.count == 50)
            for answer in answers {
                #expect(answer.status == 200 && answer.cache == "miss" && answer.answer.isComplete)
                #expect(answer.content.map { Array($0.utf8) } == Array(text.utf8))
                #expect(answer.isEventStream == streams)
            }
            try await gateway.expectNothingAlive()
            #expect(counter(gateway, "coalesced") == 49 && counter(gateway, "miss") == 1)
        }
        #expect(model.requests.count == 1)
        await model.stop()
    }

    @Test("a leader whose client leaves does not fail its followers", arguments: [false, true])
    func leaderLeaves(streams: Bool) async throws {
        let hold = Hold()
        let model = try await ScriptedUpstream.start { request in
            await hold.passed()
            return ModelAnswer.fitting(request, "answer")
        }
        try await GatewayFixture.run(CacheSetup(model: model).text, workers: 2) { gateway in
            let question = ChatQuestion(question: "q", streams: streams)
            let leader = try await RawClient.connect(port: gateway.port)
            try await leader.send(question.request)
            let isAsked = await eventually { model.requests.count == 1 }
            #expect(isAsked)
            let answers = try await withThrowingTaskGroup(of: ChatAnswer.self) { group in
                for index in 0..<10 {
                    var follower = question
                    follower.streams = index % 2 == 0
                    group.addTask { [follower] in try await follower.ask(gateway.port) }
                }
                let areThere = await eventually { lookups(gateway) == 11 }
                #expect(areThere)
                _ = await gateway.server.liveCounts()
                try await leader.reset()
                hold.release()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 10 && answers.allSatisfy { $0.status == 200 && $0.content == "answer" })
            await leader.close()
            try await gateway.expectNothingAlive()
        }
        #expect(model.requests.count == 1)
        await model.stop()
    }

    @Test("an error is not shared: each asks for itself")
    func errors() async throws {
        let hold = Hold()
        let model = try await ScriptedUpstream.start { _ in
            await hold.passed()
            return .init(status: 500, body: "no")
        }
        try await GatewayFixture.run(CacheSetup(model: model).text, workers: 2) { gateway in
            let answers = try await self.askAll(Array(repeating: ChatQuestion(question: "q"), count: 8), gateway, hold)
            #expect(answers.map(\.status) == Array(repeating: 500, count: 8))
            try await gateway.expectNothingAlive()
        }
        #expect(model.requests.count == 8)
        await model.stop()
    }

    @Test("different models and consumers never share an answer")
    func apart() async throws {
        let hold = Hold()
        let model = try await ScriptedUpstream.start { request in
            await hold.passed()
            return ModelAnswer.fitting(request, request.headers["x-mse-consumer"].joined())
        }
        let auth =
            "  - filter: key-auth\n    config: { keys: [authorization], consumers: [{ name: a, credential: ka }, { name: b, credential: kb }] }"
        try await GatewayFixture.run(CacheSetup(model: model, filters: auth).text, workers: 2) { gateway in
            let questions = (0..<20).map { index in
                ChatQuestion(
                    question: "q",
                    model: index % 4 < 2 ? "m-1" : "m-2",
                    fields: "Authorization: Bearer \(index % 2 == 0 ? "ka" : "kb")\r\n"
                )
            }
            let answers = try await self.askAll(questions, gateway, hold)
            #expect(answers.map(\.content) == (0..<20).map { $0 % 2 == 0 ? "a" : "b" })
        }
        #expect(model.requests.count == 4)
        await model.stop()
    }
}

/// Lookups that the log of a gateway tells of.
func lookups(_ gateway: GatewayFixture) -> Int {
    gateway.log.messages.filter { line in lookupPhrases.contains { line.contains($0) } }.count
}

/// What the lines say from which hit rates are counted.
let lookupPhrases = ["cache hit for key", "key accepted", "cache miss for key", "score not meet the threshold"]

/// How many requests became that in the cache.
func counter(_ gateway: GatewayFixture, _ result: String) -> Int {
    gateway.server.surroundings.metrics.counter("ai_cache_lookups_total", "", labels: [("result", result)]).value
}
