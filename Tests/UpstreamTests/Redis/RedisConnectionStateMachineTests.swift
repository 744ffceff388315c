import NIOCore
import Testing

@testable import Upstream

/// Tokens are the commands' numbers; times are milliseconds.
@Suite("Redis connection state machine")
struct RedisConnectionStateMachineTests {
    private typealias StateMachine = RedisConnectionStateMachine<UInt64>

    @Test("commands wait for the handshake, and are then written in order")
    func waitsForHandshake() {
        var machine = make()
        machine.enqueue(command(1))
        #expect(machine.takeWritable().isEmpty)
        #expect(machine.connected(now: at(0)) == redisCommand("HELLO", "3"))
        #expect(machine.connected(now: at(0)) == nil)
        machine.enqueue(command(2))
        #expect(machine.takeWritable().isEmpty)
        #expect(name(machine.received(.map([]))) == "becomeReady")
        #expect(machine.takeWritable().map(\.id) == [1, 2])
        let counts = (machine.waitingCount, machine.inFlightCount)
        #expect(counts == (0, 2))
        #expect(name(machine.received("a")) == "deliver 1")
        #expect(name(machine.received("b")) == "deliver 2")
    }

    @Test(
        "an error is a reply like others, NOAUTH is not",
        arguments: [
            ("ERR no", "deliver 1"), ("WRONGTYPE no", "deliver 1"), ("NOAUTH no", "authenticationRequired 1"),
        ]
    )
    func deliversErrors(text: String, action: String) {
        var machine = ready(writing: 1)
        #expect(name(machine.received(.error(ByteBuffer(string: text)))) == action)
    }

    @Test("what nobody asked for ends the connection", arguments: [RESPValue.simpleString("OK"), .push([])])
    func refusesUnsolicitedReplies(value: RESPValue) {
        var idle = ready()
        #expect(name(idle.received(value)) == "fail protocolViolation")
        var unwritten = ready()
        unwritten.enqueue(command(1))
        #expect(name(unwritten.received(value)) == "fail protocolViolation")
        var connecting = make()
        #expect(name(connecting.received(value)) == "fail protocolViolation")
    }

    @Test("a push ends the connection also while a reply is due")
    func refusesPushes() {
        var machine = ready(writing: 1)
        #expect(name(machine.received(.push([]))) == "fail protocolViolation")
    }

    @Test("a cancelled command is never written, or its reply is dropped")
    func cancels() {
        var machine = ready(writing: 1, 2)
        machine.enqueue(command(3))
        machine.enqueue(command(4))
        #expect(machine.cancel(id: 3) == 3)
        #expect(machine.cancel(id: 1) == 1)
        #expect(machine.cancel(id: 1) == nil)
        #expect(machine.cancel(id: 99) == nil)
        #expect(machine.takeWritable().map(\.id) == [4])
        #expect(name(machine.received("a")) == "discard")
        #expect(name(machine.received("b")) == "deliver 2")
        #expect(name(machine.received("d")) == "deliver 4")
    }

    @Test("an overdue command fails, and silence for its whole timeout ends the connection")
    func endsSilentConnections() {
        var machine = ready(writing: 1)
        let early = machine.timerFired(now: at(99))
        #expect((early.expired, early.failure?.code, early.next) == ([], nil, at(100)))
        let late = machine.timerFired(now: at(100))
        #expect((late.expired, late.failure?.code) == ([1], .timeout))
    }

    @Test("a server that is slow but talks keeps its connection, and is watched on")
    func keepsSlowConnections() {
        var machine = ready(writing: 1, 2)
        machine.receivedBytes(now: at(60))
        #expect(name(machine.received("a")) == "deliver 1")
        let first = machine.timerFired(now: at(100))
        #expect((first.expired, first.failure?.code, first.next) == ([2], nil, at(160)))
        machine.receivedBytes(now: at(150))
        let second = machine.timerFired(now: at(160))
        #expect((second.expired, second.failure?.code, second.next) == ([], nil, at(250)))
        let third = machine.timerFired(now: at(250))
        #expect((third.expired, third.failure?.code) == ([], .timeout))
    }

    @Test("a late reply goes to nobody, and the next to its own command")
    func staysInStep() {
        var machine = ready(writing: 1, 2)
        machine.receivedBytes(now: at(60))
        _ = machine.timerFired(now: at(100))
        machine.enqueue(command(3, issued: 100))
        _ = machine.takeWritable()
        #expect(name(machine.received("late")) == "discard")
        #expect(name(machine.received("late")) == "discard")
        #expect(name(machine.received("c")) == "deliver 3")
    }

    @Test("a cancelled command does not hide a dead server")
    func watchesCancelledCommands() {
        var machine = ready(writing: 1)
        _ = machine.cancel(id: 1)
        let action = machine.timerFired(now: at(100))
        #expect((action.expired, action.failure?.code) == ([], .timeout))
    }

    @Test("time spent before a command was written is not the server's silence")
    func countsSilenceFromWriting() {
        var machine = make()
        machine.enqueue(command(1))
        _ = machine.connected(now: at(80))
        machine.receivedBytes(now: at(90))
        _ = machine.received(.map([]))
        _ = machine.takeWritable()
        let action = machine.timerFired(now: at(100))
        #expect((action.expired, action.failure?.code, action.next) == ([1], nil, at(190)))
    }

    @Test("commands time out while the connection is being opened")
    func expiresWaitingCommands() {
        var machine = make()
        machine.enqueue(command(1))
        machine.enqueue(command(2, issued: 50))
        let action = machine.timerFired(now: at(100))
        #expect((action.expired, action.failure?.code, action.next) == ([1], nil, at(150)))
        let waiting = machine.waitingCount
        #expect(waiting == 1)
    }

    @Test("a handshake may not last for ever")
    func limitsHandshake() {
        var machine = make()
        _ = machine.connected(now: at(0))
        let early = machine.timerFired(now: at(1999))
        #expect(early.next == at(2000))
        let late = machine.timerFired(now: at(2000))
        #expect(late.failure?.code == .notConnected)
    }

    @Test(
        "a handshake lasts as long as those who wait for it, and a second at least",
        arguments: [(50, 1000), (1500, 1500), (9000, 9000)] as [(Int64, Int64)]
    )
    func limitsHandshakeByCommands(timeout: Int64, limit: Int64) {
        var machine = make()
        let arguments = redisCommand("PING")
        for (id, timeout) in [(1, timeout), (2, 10)] as [(UInt64, Int64)] {
            machine.enqueue(
                RedisCommand(id: id, arguments: arguments, timeout: .milliseconds(timeout), now: at(0), token: id)
            )
        }
        _ = machine.connected(now: at(40))
        let overdue = machine.timerFired(now: at(timeout))
        #expect((overdue.expired, overdue.failure?.code, overdue.next) == ([1, 2], nil, at(40 + limit)))
        let end = machine.timerFired(now: at(40 + limit))
        #expect(end.failure?.code == .notConnected)
    }

    @Test(
        "an idle connection may be closed or reset, but not misused",
        arguments: [
            (nil, nil), (.connectionLost, nil), (.protocolViolation, .protocolViolation),
        ] as [(RedisError.Code?, RedisError.Code?)]
    )
    func forgivesIdleLoss(cause: RedisError.Code?, failure: RedisError.Code?) throws {
        var idle = ready()
        let rest = idle.end(cause: cause.map { RedisError($0, "end") })
        let end = try #require(rest)
        #expect(end.failure?.code == failure)
        #expect(end.wasReady)
    }

    @Test("tells the written from the unwritten at the end")
    func endsWithWhatIsLeft() throws {
        var busy = ready(writing: 1, 2)
        _ = busy.received("a")
        busy.enqueue(command(3))
        let busyRest = busy.end(cause: nil)
        let busyEnd = try #require(busyRest)
        #expect((busyEnd.written, busyEnd.unwritten.map(\.id)) == ([2], [3]))
        #expect(busyEnd.failure?.code == .connectionLost && busyEnd.hasServed)
        let second = busy.end(cause: nil)
        #expect(second == nil)
        #expect(name(busy.received("late")) == "discard")

        var early = make()
        early.enqueue(command(1))
        let earlyRest = early.end(cause: nil)
        let earlyEnd = try #require(earlyRest)
        #expect((earlyEnd.written, earlyEnd.unwritten.map(\.id)) == ([], [1]))
        #expect(earlyEnd.failure?.code == .notConnected && !earlyEnd.wasReady)
    }

    @Test("closing waits for replies, and takes nothing more")
    func closesGracefully() {
        var machine = ready(writing: 1, 2)
        let isIdle = machine.beginClosing()
        let takesCommands = machine.takesCommands
        #expect(!isIdle && !takesCommands)
        #expect(name(machine.received("a")) == "deliver 1")
        let isDoneEarly = machine.hasFinishedClosing
        #expect(name(machine.received("b")) == "deliver 2")
        let isDone = machine.hasFinishedClosing
        #expect(!isDoneEarly && isDone)
        let end = machine.end(cause: nil)
        #expect(end?.failure == nil)
    }

    private func make() -> StateMachine {
        StateMachine(configuration: RedisConfiguration(), now: at(0))
    }

    private func ready(writing ids: UInt64...) -> StateMachine {
        var machine = make()
        _ = machine.connected(now: at(0))
        _ = machine.received(.map([]))
        for id in ids { machine.enqueue(command(id)) }
        _ = machine.takeWritable()
        return machine
    }

    private func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(1) + .milliseconds(milliseconds) }

    private func command(_ id: UInt64, issued: Int64 = 0) -> RedisCommand<UInt64> {
        RedisCommand(id: id, arguments: redisCommand("PING"), timeout: .milliseconds(100), now: at(issued), token: id)
    }

    private func name(_ action: StateMachine.ReplyAction) -> String {
        switch action {
        case .discard: "discard"
        case .deliver(let token, _): "deliver \(token)"
        case .failCommand(let token, let error): "\(error.code) \(token)"
        case .sendHandshake(let command): "send \(command.map { String(buffer: $0) })"
        case .becomeReady: "becomeReady"
        case .fail(let error): "fail \(error.code)"
        }
    }
}
