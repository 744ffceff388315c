package import FilterAPI

/// An IP address and a port, to bind to or to connect to.
package struct SocketAddressText: Sendable, Hashable {
    /// The address without brackets.
    package let host: String
    /// The port.
    package let port: Int

    /// Whether only this machine can reach it.
    package var isLoopback: Bool { IPAddress(host)?.isLoopback ?? false }

    /// Whether an address to bind to stands for another one too, because it is that of every address of its kind.
    package func covers(_ other: SocketAddressText) -> Bool {
        guard port == other.port, host != other.host else { return false }
        return host == (other.host.contains(":") ? "::" : "0.0.0.0")
    }

    /// An address to bind to: `IP:PORT`, `[IPv6]:PORT`, `localhost:PORT`, or `:PORT` for every IPv4 address.
    /// Port 0 lets the system choose.
    package init(listening text: String) throws(ConfigurationMistake) {
        let expectation = "expected an address such as 0.0.0.0:8080, [::1]:8080 or :8080"
        try self.init(text, ports: 0...65535, expectation)
    }

    /// An address to connect to: `IP:PORT` or `[IPv6]:PORT`.
    package init(endpoint text: String) throws(ConfigurationMistake) {
        let expectation = "expected an endpoint such as 10.0.0.1:8080; a host name needs \"type: dns\""
        guard !text.hasPrefix(":"), !text.hasPrefix("localhost") else { throw ConfigurationMistake(expectation) }
        try self.init(text, ports: 1...65535, expectation)
    }

    private init(_ text: String, ports: ClosedRange<Int>, _ expectation: String) throws(ConfigurationMistake) {
        guard let colon = text.lastIndex(of: ":") else { throw ConfigurationMistake(expectation) }
        let digits = text[text.index(after: colon)...]
        guard let port = Int(digits), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let host = hostToBind(text[..<colon])
        else { throw ConfigurationMistake(expectation) }
        guard ports.contains(port) else {
            throw ConfigurationMistake("expected a port from \(ports.lowerBound) to \(ports.upperBound)")
        }
        self.host = host
        self.port = port
    }
}

extension SocketAddressText: CustomStringConvertible {
    /// `HOST:PORT`, an IPv6 host in brackets.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

private func hostToBind(_ text: Substring) -> String? {
    switch text {
    case "": return "0.0.0.0"
    case "localhost": return "127.0.0.1"
    default:
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
        let host = isBracketed ? text.dropFirst().dropLast() : text
        guard let address = IPAddress(host), isBracketed == (address.bytes.count == 16) else { return nil }
        return String(host)
    }
}
