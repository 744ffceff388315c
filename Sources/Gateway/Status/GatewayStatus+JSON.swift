import Foundation

// As JSON, with keys as the other answers to operators have them: `local_responses`.
extension GatewayStatus {
    /// The JSON text.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Every number in it is finite, so there is nothing that cannot be encoded.
        let data = (try? encoder.encode(self)) ?? Data("{}".utf8)
        return String(decoding: data, as: UTF8.self)
    }

    /// Reads what ``json`` has written, perhaps by another version of the gateway.
    package init(json: [UInt8]) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(GatewayStatus.self, from: Data(json))
    }
}

extension AdminAnswer {
    init(_ status: GatewayStatus) {
        self.init(text: status.json + "\n")
        self.contentType = "application/json"
    }
}
