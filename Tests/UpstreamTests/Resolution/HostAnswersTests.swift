import NIOCore
import Testing

@testable import Upstream

/// How the answers of a resolver are merged.
struct HostAnswersTests {
    private func address(_ last: Int) throws -> SocketAddress {
        try SocketAddress(ipAddress: "10.0.0.\(last)", port: 80)
    }

    private func failure(_ host: String) -> Result<[SocketAddress], any Error> {
        .failure(ResolutionError(host: host, reason: "no"))
    }

    @Test func allAddressesOfAllNamesAreEndpoints() throws {
        var answers = HostAnswers(hosts: ["a", "b"])
        let change = answers.received([
            ("a", .success([try address(1), try address(2)])), ("b", .success([try address(2), try address(3)])),
        ])
        #expect(change.hasNewAddresses)
        #expect(answers.addresses == [try address(1), try address(2), try address(3)])
    }

    @Test func anotherOrderIsNoChange() throws {
        var answers = HostAnswers(hosts: ["a"])
        _ = answers.received([("a", .success([try address(1), try address(2)]))])
        let change = answers.received([("a", .success([try address(2), try address(1)]))])
        #expect(!change.hasNewAddresses)
        #expect(answers.addresses == [try address(1), try address(2)])
    }

    @Test func aNameThatFailsKeepsItsLastGoodAnswer() throws {
        var answers = HostAnswers(hosts: ["a", "b"])
        _ = answers.received([("a", .success([try address(1)])), ("b", .success([try address(2)]))])
        let change = answers.received([("a", failure("a")), ("b", .success([try address(3)]))])
        #expect(change.hasNewAddresses)
        #expect(answers.addresses == [try address(1), try address(3)])
    }

    @Test func anEmptyAnswerIsAFailure() throws {
        var answers = HostAnswers(hosts: ["a"])
        _ = answers.received([("a", .success([try address(1)]))])
        let change = answers.received([("a", .success([]))])
        #expect(change.failed.map(\.host) == ["a"])
        #expect(answers.addresses == [try address(1)])
    }

    @Test func failureAndRecoveryAreReportedOnce() throws {
        var answers = HostAnswers(hosts: ["a"])
        #expect(answers.received([("a", failure("a"))]).failed.count == 1)
        #expect(answers.received([("a", failure("a"))]).failed.isEmpty)
        let good: Result<[SocketAddress], any Error> = .success([try address(1)])
        #expect(answers.received([("a", good)]).recovered == ["a"])
        #expect(answers.received([("a", good)]).recovered.isEmpty)
    }
}
