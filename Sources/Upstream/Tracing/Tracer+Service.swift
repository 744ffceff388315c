package import FilterAPI
package import Logging
import NIOCore

extension UpstreamLoop {
    /// A tracer that sends its spans to the service which its settings name.
    ///
    /// - Parameters:
    ///   - settings: What the configuration says.
    ///   - clock: Tells when spans begin and end.
    ///   - logger: Hears of exports that fail.
    package func makeTracer(_ settings: TracingSettings, clock: any StreamClock, logger: Logger) -> Tracer {
        let service = ServiceReference(name: settings.service, port: 80, host: "")
        return Tracer(settings, eventLoop: self.eventLoop, clock: clock) { [weak self] request, done in
            guard let client = self?.client(for: service) else { return done(.unavailable) }
            HTTPCallout(request, to: service, client).begin { result in
                switch result {
                case .success(let answer):
                    let outcome = SpanQueue.Outcome(status: answer.status)
                    if outcome != .taken {
                        logger.debug("spans were not taken", metadata: ["status": "\(answer.status)"])
                    }
                    done(outcome)
                case .failure(let error):
                    logger.debug("spans were not taken", metadata: ["error": "\(error)"])
                    done(.unavailable)
                }
            }
        }
    }
}
