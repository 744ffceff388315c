import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: what followers can have of an answer")
struct AICacheSharedAnswerTests {
    typealias Place = SharedAnswer.Place
    typealias Step = SharedAnswer.Step

    /// Everything that can have happened to an answer.
    enum History: CaseIterable, Sendable {
        case nothing, accepted, rolesOnly, text, otherForm, storedWhole, storedFromEvents
        case refusedBefore, refusedLive, endedBefore, endedLive, failedBefore, failedLive

        var answer: SharedAnswer {
            var answer = SharedAnswer(limit: 100, limitAlone: 50)
            if ![.nothing, .otherForm, .storedWhole, .refusedBefore, .failedBefore].contains(self) {
                answer.acceptsEvents()
            }
            let isLive: [History] = [.text, .storedFromEvents, .refusedLive, .endedLive, .failedLive]
            if self == .rolesOnly || self == .endedBefore {
                answer.append(bytes("0123456789"), hasText: false, slowest: nil)
            }
            if isLive.contains(self) || self == .otherForm {
                answer.append(bytes("0123456789"), hasText: true, slowest: nil)
            }
            switch self {
            case .nothing, .accepted, .rolesOnly, .text, .otherForm: break
            case .storedWhole, .storedFromEvents: answer.complete(bytes("stored"))
            case .refusedBefore, .refusedLive: answer.refuse()
            case .endedBefore, .endedLive: answer.end()
            case .failedBefore, .failedLive: answer.fail()
            }
            return answer
        }

        /// The steps of a follower that takes no events, of one that does, of one half way, and of one that has all.
        var steps: [Step] {
            switch self {
            case .nothing, .accepted, .otherForm: [.wait, .wait, .wait, .wait]
            case .rolesOnly: [.wait, .wait, .part(bytes("56789")), .wait]
            case .text: [.wait, .begin, .part(bytes("56789")), .wait]
            case .storedWhole: [.serve(bytes("stored")), .serve(bytes("stored")), .end, .end]
            case .storedFromEvents: [.serve(bytes("stored")), .serve(bytes("stored")), .part(bytes("56789")), .end]
            case .refusedBefore, .failedBefore: [.goUpstream, .goUpstream, .breakOff, .breakOff]
            case .refusedLive: [.wait, .begin, .part(bytes("56789")), .wait]
            case .endedBefore: [.goUpstream, .goUpstream, .part(bytes("56789")), .breakOff]
            case .endedLive: [.goUpstream, .goUpstream, .part(bytes("56789")), .end]
            case .failedLive: [.goUpstream, .goUpstream, .part(bytes("56789")), .breakOff]
            }
        }

        /// The place of one half way and of one that has all; without events that is the beginning.
        var places: [Place] {
            let hasEvents = self.answer.keptBytes > 0
            return [
                .before(takesEvents: false), .before(takesEvents: true), .within(hasEvents ? 5 : 0),
                .within(hasEvents ? 10 : 0),
            ]
        }
    }

    @Test("every follower has one step in every state", arguments: History.allCases)
    func steps(_ history: History) {
        #expect(history.places.map { history.answer.step(of: $0) } == history.steps)
    }

    @Test("what is over stays as it ended", arguments: History.allCases.filter { $0.answer.isOver })
    func isFinal(_ history: History) {
        var answer = history.answer
        let phase = answer.phase
        answer.append(bytes("more"), hasText: true, slowest: 0)
        answer.refuse()
        answer.end()
        answer.fail()
        answer.complete(bytes("other"))
        #expect(answer.phase == phase)
    }

    @Test(
        "keeps little for those who may come and more for those who read",
        arguments: [
            // Parts of ten bytes; the slowest reader's place; what is kept; the step of one who comes; that of the slowest.
            (5, nil, 50, Step.begin, nil), (6, nil, 50, .wait, nil), (10, nil, 50, .wait, nil),
            (10, 0, 100, .begin, Step.part(bytes(String(repeating: "0123456789", count: 10)))),
            (11, 0, 100, .wait, .breakOff), (10, 70, 50, .wait, .part(bytes("012345678901234567890123456789"))),
            (10, 10, 90, .wait, .part(bytes(String(repeating: "0123456789", count: 9)))),
        ] as [(Int, Int?, Int, Step, Step?)]
    )
    func limits(parts: Int, slowest: Int?, kept: Int, newcomer: Step, reader: Step?) {
        var answer = SharedAnswer(limit: 100, limitAlone: 50)
        answer.acceptsEvents()
        for part in 1...parts {
            answer.append(bytes("0123456789"), hasText: true, slowest: slowest.map { min($0, (part - 1) * 10) })
        }
        #expect(answer.keptBytes == kept)
        #expect(answer.step(of: .before(takesEvents: true)) == newcomer)
        if let slowest { #expect(answer.step(of: .within(slowest)) == reader) }
    }

    @Test("a follower that reads along gets every byte once, in parts of at most 64 KiB")
    func everyByte() {
        var answer = SharedAnswer(limit: 1 << 20, limitAlone: 1000)
        answer.acceptsEvents()
        var sent = ByteBuffer()
        var got = ByteBuffer()
        for part in 1...40 {
            let chunk = ByteBuffer(repeating: UInt8(part), count: part * 997)
            sent.writeImmutableBuffer(chunk)
            answer.append(chunk, hasText: true, slowest: got.readableBytes)
            if part % 7 == 0 {
                while case .part(let next) = answer.step(of: .within(got.readableBytes)) {
                    #expect(next.readableBytes <= SharedAnswer.longestPart)
                    got.writeImmutableBuffer(next)
                }
            }
        }
        answer.complete(bytes("stored"))
        while case .part(let next) = answer.step(of: .within(got.readableBytes)) { got.writeImmutableBuffer(next) }
        #expect(got == sent)
        #expect(answer.step(of: .within(got.readableBytes)) == .end)
    }
}
