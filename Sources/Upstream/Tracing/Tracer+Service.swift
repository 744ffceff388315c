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
    ///   - warning: Whether it has heard of one that was taken in part.
    ///   - losses: When it hears of spans that were lost.
    package func makeTracer(
        _ settings: TracingSettings,
        clock: any StreamClock,
        logger: Logger,
        warning: OnceInProcess,
        losses: SpanLossLog
    ) -> Tracer {
        let service = ServiceReference(name: settings.service, port: 80, host: "")
        var reason = "more end than are taken"
        let lost = { (spans: SpanCounts) in
            guard let unsaid = losses.lost(spans, at: .now()) else { return }
            logger.warning(
                "spans were lost",
                metadata: [
                    "dropped": "\(unsaid.dropped)", "refused": "\(unsaid.refused)",
                    "service": "\(settings.service)", "reason": "\(reason)",
                ]
            )
        }
        return Tracer(settings, eventLoop: self.eventLoop, clock: clock, lost: lost) { [weak self] request, done in
            guard let client = self?.client(for: service) else { return done(.unavailable) }
            HTTPCallout(request, to: service, client).begin { result in
                switch result {
                case .success(let answer):
                    let outcome = SpanQueue.Outcome(status: answer.status)
                    guard outcome == .taken else {
                        reason = "the collector answers \(answer.status)"
                        logger.debug("spans were not taken", metadata: ["status": "\(answer.status)"])
                        return done(outcome)
                    }
                    guard let part = PartialSuccess(answer.body) else { return done(.taken) }
                    part.log(to: logger, warning)
                    done(.takenBut(part.rejectedSpans))
                case .failure(let error):
                    reason = "\(error)"
                    logger.debug("spans were not taken", metadata: ["error": "\(error)"])
                    done(.unavailable)
                }
            }
        }
    }
}

extension PartialSuccess {
    /// A collector that says it once says it again and again.
    fileprivate func log(to logger: Logger, _ warning: OnceInProcess) {
        logger.log(
            level: warning.isMine() ? .warning : .debug,
            "the collector has not taken all spans",
            metadata: ["rejected": "\(self.rejectedSpans)", "message": "\(self.message)"]
        )
    }
}
