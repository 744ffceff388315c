#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the scripted model reads of a chat completion request.
struct ScriptedChatRequest: Decodable {
    let model: String
    let question: String
    let streams: Bool
    let includesUsage: Bool

    /// Why a request is refused, as the service that it stands for says it.
    struct Refusal: Error {
        let message: String
        var parameter: String?
        var code: String?
    }

    private enum Key: String, CodingKey {
        case model, messages, stream
        case streamOptions = "stream_options"
    }

    private struct Message: Decodable {
        let content: Content?
    }

    /// Text, or parts of which some are text.
    private struct Content: Decodable {
        let text: String

        private struct Part: Decodable {
            let text: String?
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else {
                self.text = try container.decode([Part].self).compactMap(\.text).joined(separator: "\n")
            }
        }
    }

    private struct StreamOptions: Decodable {
        let includeUsage: Bool?

        private enum CodingKeys: String, CodingKey {
            case includeUsage = "include_usage"
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let model = try container.decodeIfPresent(String.self, forKey: .model), !model.isEmpty else {
            throw Refusal(message: "you must provide a model parameter")
        }
        guard let messages = try container.decodeIfPresent([Message].self, forKey: .messages) else {
            throw Refusal(
                message: "Missing required parameter: 'messages'.",
                parameter: "messages",
                code: "missing_required_parameter"
            )
        }
        guard let last = messages.last else {
            throw Refusal(
                message: "Invalid 'messages': empty array. Expected an array with minimum length 1.",
                parameter: "messages",
                code: "empty_array"
            )
        }
        self.model = model
        self.question = last.content?.text ?? ""
        self.streams = try container.decodeIfPresent(Bool.self, forKey: .stream) ?? false
        let options = try container.decodeIfPresent(StreamOptions.self, forKey: .streamOptions)
        self.includesUsage = options?.includeUsage ?? false
    }

    /// Reads the body of a request.
    static func read(_ body: [UInt8]) throws(Refusal) -> ScriptedChatRequest {
        do {
            return try JSONDecoder().decode(ScriptedChatRequest.self, from: Data(body))
        } catch let refusal as Refusal {
            throw refusal
        } catch DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty {
            let name = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
            throw Refusal(message: "Invalid type for '\(name)'.", parameter: name, code: "invalid_type")
        } catch {
            throw Refusal(
                message: "We could not parse the JSON body of your request. The API expects a JSON payload, "
                    + "but what was sent was not valid JSON."
            )
        }
    }
}
