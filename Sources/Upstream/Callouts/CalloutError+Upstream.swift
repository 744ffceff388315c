import FilterAPI

extension CalloutError {
    /// Why an exchange failed, as a filter gets to know it.
    init(_ failure: UpstreamFailure, of service: ServiceReference) {
        let code: Code =
            switch failure.code {
            case .noHealthyUpstream, .connectFailure: .connectFailure
            case .resetBeforeResponse, .resetWithinResponse: .reset
            case .protocolError: .protocolError
            case .timeout: .timeout
            case .overload: .overload
            }
        self.init(code, "\(service.name): \(failure.message)")
    }

    /// Why a Redis command got no reply.
    init(redis error: any Error, of service: ServiceReference) {
        guard let error = error as? RedisError else {
            let isCancelled = error is CancellationError
            self.init(isCancelled ? .cancelled : .reset, isCancelled ? "the stream ended" : "\(error)")
            return
        }
        let code: Code =
            switch error.code {
            case .timeout: .timeout
            case .overloaded: .overload
            case .notConnected: .connectFailure
            case .connectionLost, .clientClosed: .reset
            case .authenticationFailed, .authenticationRequired: .authentication
            case .handshakeRefused, .emptyCommand: .errorReply
            case .protocolViolation: .protocolError
            }
        self.init(code, "\(service.name): \(error)")
    }

    static func unknown(_ service: ServiceReference) -> CalloutError {
        CalloutError(.connectFailure, "there is no service \"\(service.name)\"")
    }
}
