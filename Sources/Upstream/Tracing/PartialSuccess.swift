package import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a collector says of an export that it has taken, but not all of it: a pure value.
///
/// Source: OpenTelemetry Protocol, "Partial Success" of OTLP/HTTP; `ExportTracePartialSuccess` in its JSON encoding.
package struct PartialSuccess: Sendable, Hashable {
    /// How many spans it has not taken; 0 when it only has a warning.
    package let rejectedSpans: Int
    /// Why, for people; the first 200 characters.
    package let message: String

    private static let longestMessage = 200

    /// Reads the body of an answer with a status of success.
    ///
    /// - Returns: `nil` when everything was taken without a word, as far as the body can be read.
    package init?(_ body: ByteBuffer) {
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(body.readableBytesView))
        guard let part = answer?.partialSuccess else { return nil }
        self.rejectedSpans = max(0, part.rejectedSpans?.value ?? 0)
        self.message = String((part.errorMessage ?? "").prefix(PartialSuccess.longestMessage))
        if self.rejectedSpans == 0, self.message.isEmpty { return nil }
    }

    private struct Answer: Decodable {
        let partialSuccess: Part?
    }

    private struct Part: Decodable {
        let rejectedSpans: Count?
        let errorMessage: String?
    }

    /// A whole number of 64 bits, which is a string in this encoding, and a number in that of some collectors.
    private struct Count: Decodable {
        let value: Int

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self.value = number
            } else {
                self.value = Int(try container.decode(String.self)) ?? 0
            }
        }
    }
}
