import FilterAPI
import FilterTesting
import NIOCore
import Synchronization
import TestSupport

@testable import BundledFilters

/// Callouts whose HTTP calls all go to one double.
final class DoubleCallouts: Callouts {
    /// What happens to calls.
    enum Mode {
        /// The double answers.
        case answered
        /// This comes in place of the double's answer.
        case replaced(status: Int, body: ByteBuffer)
        /// There is no answer.
        case failed(CalloutError)
    }

    let double: any ServiceDouble
    var mode = Mode.answered
    private(set) var requests: [CalloutRequest] = []

    init(_ double: any ServiceDouble, _ mode: Mode = .answered) {
        self.double = double
        self.mode = mode
    }

    nonisolated(nonsending) func http(
        _ request: CalloutRequest,
        to service: ServiceReference
    ) async throws -> CalloutResponse {
        self.requests.append(request)
        switch self.mode {
        case .answered:
            let answer = self.double.answer(ServiceDoubleRequest(request, host: request.host ?? service.host))
            return CalloutResponse(status: answer.status, body: ByteBuffer(string: answer.body))
        case .replaced(let status, let body): return CalloutResponse(status: status, body: body)
        case .failed(let error): throw error
        }
    }

    nonisolated(nonsending) func redis(_ command: [ByteBuffer], on target: RedisTarget) async throws -> RedisValue {
        throw CalloutError(.connectFailure, "there is no Redis here")
    }
}

extension ServiceDoubleRequest {
    fileprivate init(_ request: CalloutRequest, host: String) {
        self.init(
            method: request.method.rawValue,
            target: request.path,
            host: host,
            headers: request.headers.map { ($0.name, $0.value) },
            body: String(buffer: request.body)
        )
    }

    /// A request to a scripted service.
    init(_ request: ServiceRequest) {
        self.init(
            method: request.method.rawValue,
            target: request.path,
            host: request.authority,
            headers: request.headers.map { ($0.name, $0.value) },
            body: request.text
        )
    }
}

extension TestService {
    /// Answers from now on as a double does.
    func answer(as double: any ServiceDouble) {
        self.answer { request in
            let answer = double.answer(ServiceDoubleRequest(request))
            return TestResponse(
                status: answer.status,
                headers: [.contentType: "application/json"],
                body: answer.body
            )
        }
    }
}

/// A provider's part of the configuration, read as the file's would be.
struct ReadProvider<Opener> {
    let opener: Opener?
    let errors: [String]

    init(_ json: String, _ read: (ConfigurationFields) -> Opener?) throws {
        let context = ConfigurationContext()
        let node = try ConfigurationNode(json: json)
        self.opener = ConfigurationFields.read(
            node,
            position: node.position,
            location: ConfigurationLocation(titled: "provider"),
            context: context,
            read
        )
        self.errors = context.issues.all.map(\.message)
    }
}

/// A provider that could not be made in a test.
struct NoProvider: Error {
    let errors: [String]
}

extension FilterEnvironment {
    /// One that only a test sees.
    static var alone: FilterEnvironment { FilterEnvironment(name: "ai-cache", logger: CacheLogRecording().logger) }
}

/// What a service may send in place of an answer.
let garbage: [String] = [
    "", " ", "null", "true", "5", "\"text\"", "[]", "{}", "[[]]", "{\"a\":", "<html>502 Bad Gateway</html>", "\u{0}",
    String(repeating: "[", count: 100_000),
]

/// A double that remembers what it answered last.
final class RecordingDouble: ServiceDouble {
    private let double: any ServiceDouble
    private let body = Mutex("")

    init(_ double: any ServiceDouble) { self.double = double }

    var lastBody: String { self.body.withLock { $0 } }

    func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        let answer = self.double.answer(request)
        self.body.withLock { $0 = answer.body }
        return answer
    }
}

/// The cosine of the angle between two vectors.
func cosine(_ left: [Float], _ right: [Float]) -> Float {
    func dot(_ left: [Float], _ right: [Float]) -> Float { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
    return dot(left, right) / (dot(left, left) * dot(right, right)).squareRoot()
}

/// What the doubles of embedding services give for a text.
enum TextVectorAsFloats {
    static func of(_ text: String, dimensions: Int) -> [Float] {
        TextVector.of(text, dimensions: dimensions).map { Float($0) }
    }
}
