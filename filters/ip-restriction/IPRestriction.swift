import FilterAPI
import GJSON

/// Lets requests pass, or refuses them, by the client's address.
final class IPRestriction: Filter, RequestHeadHook {
    static let name = "ip-restriction"
    static let phase = FilterPhase.authn
    static let priority = 210
    static let summary = "Lets requests pass or refuses them by the client's address."

    private let configuration: IPRestrictionConfiguration
    private let body: String

    init(_ configuration: IPRestrictionConfiguration, _ environment: FilterEnvironment) {
        self.configuration = configuration
        let message = String(decoding: JSONText.literal(configuration.message), as: UTF8.self)
        self.body = #"{"message":\#(message)}"#
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard let address = self.address(of: stream), self.mayPass(address) else {
            return .respond(
                LocalResponse(
                    status: self.configuration.status,
                    text: self.body,
                    contentType: "application/json",
                    detail: "ip-restriction.denied"
                )
            )
        }
        return .continue
    }

    private func mayPass(_ address: AddressBits) -> Bool {
        switch self.configuration.rule {
        case .only(let allowed): allowed.contains(address)
        case .allBut(let denied): !denied.contains(address)
        }
    }

    /// The client's address; `nil` when there is none or it cannot be read.
    private func address(of stream: StreamContext) -> AddressBits? {
        // The first of the addresses in `x-forwarded-for` is what anybody says; the listener knows which one to believe.
        if self.configuration.source == .origin || self.configuration.header == .xForwardedFor {
            return stream.clientAddress.flatMap { AddressBits($0[...]) }
        }
        // With two fields nobody can tell which one a proxy wrote.
        let values = stream.request.headers.values(of: self.configuration.header)
        return values.count == 1 ? ForwardedAddress.read(values[0]) : nil
    }
}
