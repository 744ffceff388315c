import Downstream

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The sockets that systemd has opened for this process.
///
/// Source: sd_listen_fds(3).
enum SocketActivation {
    /// Why sockets cannot be taken.
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    /// The descriptors that the environment names, each with its name.
    ///
    /// - Parameters:
    ///   - environment: `LISTEN_PID` has to be this process; `LISTEN_FDS` counts, `LISTEN_FDNAMES` names.
    ///   - process: The number of this process.
    /// - Throws: ``Mistake`` when the count is no number; nothing is taken when it is all for another process.
    static func descriptors(
        in environment: [String: String],
        process: Int32
    ) throws(Mistake) -> [(name: String, descriptor: CInt)] {
        guard let count = environment["LISTEN_FDS"], environment["LISTEN_PID"] == "\(process)" else { return [] }
        guard let number = Int(count), (0...1024).contains(number) else {
            throw Mistake(description: "LISTEN_FDS is \"\(count)\", which is no number of sockets")
        }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        return (0..<number).map { index in
            let name = names.indices.contains(index) ? String(names[index]) : ""
            return (name == "unknown" ? "" : name, CInt(3 + index))
        }
    }
}

extension ListeningSockets {
    /// The sockets that systemd has opened for this process (`LISTEN_FDS`); none when it was not started so.
    ///
    /// - Parameter environment: That of the process.
    /// - Throws: What is wrong with them.
    public static func ofServiceManager(environment: [String: String]) throws -> ListeningSockets {
        var sockets = ListeningSockets()
        for (name, descriptor) in try SocketActivation.descriptors(in: environment, process: getpid()) {
            let socket = try HandedSocket(name: name, descriptor: descriptor, isOfServiceManager: true)
            sockets.add(socket, for: .listener)
        }
        return sockets
    }
}
