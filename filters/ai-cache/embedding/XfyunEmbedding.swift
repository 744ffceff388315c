import Crypto
import FilterAPI
import NIOCore

/// Embeddings of iFlytek's open platform: `embedding.type: xfyun`.
///
/// Source: iFlytek, "llm embedding" and "General URL authentication".
struct XfyunEmbedding: EmbeddingService {
    static let type = "xfyun"
    static let defaults = ServiceDefaults(host: .named("emb-cn-huabei-1.xf-yun.com"))

    struct Configuration: FilterConfiguration {
        let appID: String
        let apiKey: Secret
        let apiSecret: Secret

        init(_ fields: ConfigurationFields) {
            self.appID = fields.requiredString("appId", help: "The application's id (APPID).")
            self.apiKey = fields.requiredSecret("apiKey", help: "The application's APIKey.")
            self.apiSecret = fields.requiredSecret("apiSecret", help: "The application's APISecret.")
            fields.ignored("model", "the service has one model")
        }
    }

    let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    func request(for text: String, _ call: ProviderCall) -> ProviderRequest {
        let date = HTTPDate.text(secondsSince1970: call.secondsSince1970)
        let authorization = self.authorization(host: call.host, date: date)
        let query = [("host", call.host), ("date", date), ("authorization", authorization)]
            .map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
        var request = ProviderRequest(.post, "/?\(query)") {
            $0.member("header") {
                $0.object {
                    $0.member("app_id", self.configuration.appID)
                    $0.member("status", 3)
                }
            }
            $0.member("parameter") {
                $0.object { $0.member("emb") { $0.object { Self.writeParameters(&$0) } } }
            }
            $0.member("payload") {
                $0.object { $0.member("messages") { $0.object { $0.member("text", Self.message(text)) } } }
            }
        }
        request.credentials = [
            self.configuration.apiKey.reveal(), authorization, PercentEncoding.encode(authorization),
        ]
        return request
    }

    func vector(in answer: JSONAnswer) throws(ProviderError) -> [Float] {
        let header = answer["header"]
        guard try header["code"].requiredNumber() == 0 else {
            throw .refused(code: header["code"].literal, header["message"].string)
        }
        let text = answer["payload"]["feature"]["text"]
        guard let bytes = text.bytes.flatMap({ Base64.decode($0.readableBytesView) }), !bytes.isEmpty,
            bytes.count.isMultiple(of: 4)
        else {
            throw ProviderError(.badAnswer, "payload.feature.text of the answer is not base64 of 32-bit numbers")
        }
        return try Self.floats(bytes).comparable()
    }
}

extension XfyunEmbedding {
    /// What tells the service who asks: the API key, and a signature of host, date and request line.
    private func authorization(host: String, date: String) -> String {
        let signed = "host: \(host)\ndate: \(date)\nPOST / HTTP/1.1"
        let key = SymmetricKey(data: Array(self.configuration.apiSecret.reveal().utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: key)
        let signature = code.withUnsafeBytes { Base64.encode($0) }
        let apiKey = self.configuration.apiKey.reveal()
        let words =
            #"api_key="\#(apiKey)", algorithm="hmac-sha256", headers="host date request-line", signature="\#(signature)""#
        return Base64.encode(words.utf8)
    }

    private static func writeParameters(_ writer: inout JSONWriter) {
        // Both sides of a comparison are questions, so stored ones are embedded as queries too.
        writer.member("domain", "query")
        writer.member("feature") { $0.object { $0.member("encoding", "utf8") } }
    }

    /// The text as the message of a dialogue, in base64.
    private static func message(_ text: String) -> String {
        var writer = JSONWriter()
        writer.object {
            $0.member("messages") {
                $0.array {
                    $0.object {
                        $0.member("content", text)
                        $0.member("role", "user")
                    }
                }
            }
        }
        return Base64.encode(writer.bytes.readableBytesView)
    }

    /// Numbers of 32 bits (IEEE 754), the low byte first.
    private static func floats(_ bytes: [UInt8]) -> [Float] {
        var buffer = ByteBuffer(bytes: bytes)
        var numbers: [Float] = []
        while let bits = buffer.readInteger(endianness: .little, as: UInt32.self) {
            numbers.append(Float(bitPattern: bits))
        }
        return numbers
    }
}
