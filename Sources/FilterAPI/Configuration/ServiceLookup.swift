/// The declared services, as far as a reader of configuration needs them.
public protocol ServiceLookup: Sendable {
    /// The service of that address.
    ///
    /// - Parameters:
    ///   - name: the address with suffix, such as `qwen.dns`.
    ///   - port: the port that the file gives beside the name, or nil. It must equal the service's own port.
    func service(_ name: String, port: Int?) -> Result<ServiceReference, ServiceLookupError>
}

/// Why a service name cannot be used.
public struct ServiceLookupError: Error, Sendable, Hashable {
    /// The kinds of mistake.
    public enum Code: Sendable, Hashable {
        /// No such service, or a name without type suffix.
        case unknownName
        /// A port beside the name that is not the service's.
        case wrongPort
        /// A name that needs a port beside it, and has none.
        case missingPort
    }

    /// The kind of mistake.
    public let code: Code
    /// A sentence for the operator.
    public let message: String

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension ServiceLookupError: CustomStringConvertible {
    /// The sentence for the operator.
    public var description: String { message }
}
