import Downstream
import Foundation

/// The gateway that serves at the moment when this process starts in its place.
///
/// It goes on serving until it hears that this one has begun; when this one ends before, nothing has happened.
public final class Predecessor: Sendable {
    /// What the wire begins with; another version of the exchange has another one.
    static let greeting = Array("sluice-1".utf8)
    /// The byte that says that the successor is about to serve.
    static let ready = UInt8(ascii: "R")
    /// The byte that says that the predecessor accepts nothing more.
    static let released = UInt8(ascii: "G")
    /// How long it may take to hand over its sockets.
    private static let patience = 10

    /// Why nothing can be taken over.
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    private let socket: UnixSocket

    private init(_ socket: UnixSocket) { self.socket = socket }

    /// Asks whoever serves for its listening sockets.
    ///
    /// - Parameter path: Where it waits to be asked.
    /// - Returns: It and its sockets; `nil` when nobody serves.
    /// - Throws: What is wrong with the path or the answer.
    public static func find(at path: String) async throws -> (predecessor: Predecessor, sockets: ListeningSockets)? {
        try await onThread {
            guard let socket = try UnixSocket.connect(to: path) else { return nil }
            socket.limitReading(to: self.patience)
            return (Predecessor(socket), try self.sockets(from: socket, path))
        }
    }

    private static func sockets(from socket: UnixSocket, _ path: String) throws -> ListeningSockets {
        guard try socket.receive(self.greeting.count) == self.greeting, let count = try socket.receive(1).first else {
            throw Mistake(description: "who listens at \(path) is no gateway that hands over its sockets")
        }
        var sockets = ListeningSockets()
        for _ in 0..<count {
            guard let (kind, descriptor) = try socket.receiveDescriptor(), let length = try socket.receive(1).first
            else {
                throw Mistake(description: "the gateway at \(path) did not hand over all of its sockets")
            }
            let name = String(decoding: try socket.receive(Int(length)), as: UTF8.self)
            let handed = try HandedSocket(name: name, descriptor: descriptor)
            sockets.add(handed, for: kind == UInt8(ascii: "A") ? .admin : .listener)
        }
        return sockets
    }

    /// Tells it that this process is about to serve: it accepts nothing more, lets its streams end, and exits.
    ///
    /// Returns as soon as it accepts nothing more; what wants to connect in between waits in the sockets.
    func release() async {
        // One that has ended meanwhile, or does not answer, accepts nothing either.
        try? await onThread {
            try self.socket.send([Predecessor.ready])
            _ = try self.socket.receive(1)
        }
    }
}

/// Runs what blocks apart from the threads that tasks run on.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Swift.Result { try body() }) }
        thread.start()
    }
}
