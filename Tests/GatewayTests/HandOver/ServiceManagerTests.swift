import Foundation
import TestSupport
import Testing

@testable import GatewayCommands

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("The service manager hears how the gateway does", .timeLimit(.minutes(15)))
struct ServiceManagerTests {
    private static let configuration = """
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        routes: [{ name: r, response: { status: 200, body: ok } }]
        """

    @Test("at the start, around a reload, while it lives and when it stops", arguments: [false, true])
    func news(isAbstract: Bool) async throws {
        let socket = try NotifySocket(isAbstract: isAbstract)
        let path = try Sluice.file(Self.configuration)
        let process = try ChildProcess.start(
            try Tools.sluice(),
            ["run", path, "--workers", "2"],
            environment: ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "200000"]
        )
        try await socket.expect("READY=1\nSTATUS=serving")
        try await process.wait { $0.errors.contains("listening") }
        try await socket.expect("WATCHDOG=1")
        try await socket.expect("WATCHDOG=1")
        let before = ServiceManager.monotonicTime
        process.signal(SIGHUP)
        let reloading = try await socket.expect("RELOADING=1\nMONOTONIC_USEC=")
        let time = try #require(UInt64(reloading.split(separator: "=").last ?? ""))
        #expect(time >= before && time <= ServiceManager.monotonicTime)
        try await socket.expect("READY=1\nSTATUS=serving")
        try "listeners: 1\n".write(toFile: path, atomically: true, encoding: .utf8)
        process.signal(SIGHUP)
        try await socket.expect("READY=1\nSTATUS=serving; the last reload was refused")
        process.signal(SIGTERM)
        try await socket.expect("STOPPING=1\nSTATUS=draining")
        #expect(try await process.exit().status == 0)
    }

    @Test("when an operator has it drain")
    func drainOfAnOperator() async throws {
        let socket = try NotifySocket(isAbstract: true)
        let port = try FreePort.find()
        let path = try Sluice.file("admin: { address: \"127.0.0.1:\(port)\" }\n\(Self.configuration)")
        let process = try ChildProcess.start(
            try Tools.sluice(),
            ["run", path, "--workers", "1"],
            environment: ["NOTIFY_SOCKET": socket.name]
        )
        try await socket.expect("READY=1\nSTATUS=serving")
        let request = "POST /drain HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        #expect(try await ReceivedAnswer.of(port, request).status == 200)
        try await socket.expect("STOPPING=1\nSTATUS=draining")
        #expect(try await process.exit().status == 0)
        #expect(socket.isSilent)
    }

    @Test("when another process takes its place")
    func handOver() async throws {
        let sockets = try [NotifySocket(isAbstract: true), NotifySocket(isAbstract: true)]
        let path = try Sluice.file(Self.configuration)
        let place = "/tmp/sluice-\(UUID().uuidString.prefix(8)).sock"
        var processes: [ChildProcess] = []
        for socket in sockets {
            let process = try ChildProcess.start(
                try Tools.sluice(),
                ["run", path, "--workers", "1", "--hand-over", place],
                environment: ["NOTIFY_SOCKET": socket.name]
            )
            try await socket.expect("READY=1\nSTATUS=serving")
            try await process.wait { $0.errors.contains("awaiting a successor") }
            processes.append(process)
        }
        try await sockets[0].expect("STOPPING=1\nSTATUS=draining")
        #expect(try await processes[0].exit().status == 0)
        #expect(sockets[1].isSilent)
        processes[1].signal(SIGTERM)
        try await sockets[1].expect("STOPPING=1\nSTATUS=draining")
        #expect(try await processes[1].exit().status == 0)
    }

    @Test(arguments: [
        (["NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "3000000"], true, 3.0),
        (["NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "7"], true, 3.0),
        (["NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "8"], true, nil),
        (["NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "soon"], true, nil),
        (["NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "0"], true, nil),
        (["NOTIFY_SOCKET": "@abstract"], true, nil), (["NOTIFY_SOCKET": "@"], false, nil),
        (["NOTIFY_SOCKET": "relative"], false, nil), (["NOTIFY_SOCKET": ""], false, nil),
        (["WATCHDOG_USEC": "3000000"], false, nil), ([:], false, nil),
    ])
    func environment(_ variables: [String: String], _ isPresent: Bool, _ watchdog: Double?) {
        let manager = ServiceManager(environment: variables, process: 7)
        #expect(manager.isPresent == isPresent)
        #expect(manager.watchdog == watchdog.map { .seconds($0) })
    }

    @Test("one that does not listen, or has a name that is too long, changes nothing")
    func deafManager() {
        for name in ["/nowhere/notify", "@" + String(repeating: "x", count: 300)] {
            ServiceManager(environment: ["NOTIFY_SOCKET": name], process: 1).tell(.ready)
        }
    }
}

/// The socket on which a service manager listens.
private final class NotifySocket: Sendable {
    let name: String
    private let descriptor: Int32

    init(isAbstract: Bool) throws {
        let folder = try TemporaryDirectories.shared.make()
        self.name =
            isAbstract ? "@sluice-test-\(UUID().uuidString)" : "/tmp/\(folder.lastPathComponent.prefix(40)).notify"
        #if canImport(Glibc)
            let type = Int32(SOCK_DGRAM.rawValue)
        #else
            let type = SOCK_DGRAM
        #endif
        self.descriptor = socket(AF_UNIX, type, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(self.name.utf8)
        if isAbstract { path[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let size = socklen_t(2 + path.count + (isAbstract ? 0 : 1))
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(self.descriptor, $0, size) }
        }
        try #require(result == 0, "errno \(errno)")
        _ = fcntl(self.descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit {
        _ = close(self.descriptor)
        if !self.name.hasPrefix("@") { _ = unlink(self.name) }
    }

    private func next() -> String? {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = recv(self.descriptor, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }

    /// Whether nothing waits to be read.
    var isSilent: Bool { self.next() == nil }

    /// The next message that begins so; others before it are passed over.
    @discardableResult
    func expect(_ text: String) async throws -> String {
        var found: String?
        var others: [String] = []
        _ = await eventually {
            while found == nil, let message = self.next() {
                if message.hasPrefix(text) { found = message } else { others.append(message) }
            }
            return found != nil
        }
        return try #require(found, "no \(text.debugDescription) after \(others)")
    }
}
