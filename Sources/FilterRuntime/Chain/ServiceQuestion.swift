import FilterAPI
import Synchronization

/// What a filter's configuration asked about services while it was read.
struct ServiceQuestion: Sendable, Hashable {
    typealias Answer = Result<ServiceReference, ServiceLookupError>

    let name: String
    let port: Int?
}

/// Hands questions on, and remembers them with their answers: they are part of what a filter is built from.
final class RecordedServiceLookup: ServiceLookup {
    private let services: any ServiceLookup
    private let asked = Mutex<[ServiceQuestion: ServiceQuestion.Answer]>([:])

    init(_ services: any ServiceLookup) { self.services = services }

    var answers: [ServiceQuestion: ServiceQuestion.Answer] { self.asked.withLock { $0 } }

    func service(_ name: String, port: Int?) -> ServiceQuestion.Answer {
        let answer = self.services.service(name, port: port)
        self.asked.withLock { $0[ServiceQuestion(name: name, port: port)] = answer }
        return answer
    }
}
