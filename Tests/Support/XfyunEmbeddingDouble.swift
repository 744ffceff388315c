import Crypto
import Foundation

/// The embedding of iFlytek's open platform, as its documentation describes it.
package struct XfyunEmbeddingDouble: ServiceDouble {
    /// How far a request's date may be from the service's, in seconds.
    private static let tolerance = 300.0

    let appID: String
    let key: String
    let secret: String
    /// The service's time, in seconds since 1970.
    let now: Int

    package init(appID: String, key: String, secret: String, now: Int) {
        self.appID = appID
        self.key = key
        self.secret = secret
        self.now = now
    }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard request.method == "POST", request.path == "/" else {
            return self.gatewayError(404, "no Route matched with those values")
        }
        if let refusal = self.refusal(of: request) { return refusal }
        guard let body = request.object, let header = body["header"] as? [String: Any],
            header["status"] as? Int == 3, let emb = (body["parameter"] as? [String: Any])?["emb"] as? [String: Any],
            ["query", "para"].contains(emb["domain"] as? String),
            (emb["feature"] as? [String: Any])?["encoding"] as? String == "utf8"
        else { return self.error(10163, "parameter schema validate error") }
        guard header["app_id"] as? String == self.appID else {
            return self.error(10313, "app_id and api_key does not match")
        }
        guard let messages = (body["payload"] as? [String: Any])?["messages"] as? [String: Any],
            let content = self.content(messages["text"] as? String)
        else { return self.error(10161, "parse request json error") }
        return self.success(TextVector.of(content))
    }

    /// What the gateway before the service answers to a request whose signature is not right.
    private func refusal(of request: ServiceDoubleRequest) -> ServiceDoubleAnswer? {
        var query: [String: String] = [:]
        for item in request.query.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1)
            query[String(parts[0])] = parts.count > 1 ? parts[1].removingPercentEncoding : nil
        }
        guard query["host"] == request.host, let date = query["date"], self.isNear(date) else {
            let words = "HMAC signature cannot be verified, a valid date or x-date header is required"
            return self.gatewayError(403, "\(words) for HMAC Authentication")
        }
        let sent = query["authorization"].flatMap { Data(base64Encoded: $0) }.map {
            String(decoding: $0, as: UTF8.self)
        }
        guard let sent, sent.hasPrefix(#"api_key="\#(self.key)", "#) else {
            return self.gatewayError(
                401,
                "HMAC signature cannot be verified, fail to retrieve credential \(sent ?? "")"
            )
        }
        let text = "host: \(request.host)\ndate: \(date)\nPOST / HTTP/1.1"
        let code = HMAC<SHA256>.authenticationCode(
            for: Data(text.utf8),
            using: SymmetricKey(data: Data(self.secret.utf8))
        )
        let rest =
            #"algorithm="hmac-sha256", headers="host date request-line", signature="\#(Data(code).base64EncodedString())""#
        guard sent == #"api_key="\#(self.key)", \#(rest)"# else {
            return self.gatewayError(403, "HMAC signature does not match")
        }
        return nil
    }

    private func isNear(_ date: String) -> Bool {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let date = formatter.date(from: date) else { return false }
        return abs(date.timeIntervalSince1970 - Double(self.now)) <= Self.tolerance
    }

    private func content(_ text: String?) -> String? {
        guard let text, let data = Data(base64Encoded: text),
            let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any],
            let messages = object["messages"] as? [[String: String]], messages.count == 1,
            messages[0]["role"] == "user"
        else { return nil }
        return messages[0]["content"]
    }

    private func success(_ vector: [Double]) -> ServiceDoubleAnswer {
        var data = Data()
        for number in vector {
            withUnsafeBytes(of: Float(number).bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        return ServiceDoubleAnswer(json: [
            "header": ["code": 0, "message": "success", "sid": "emb000f9a9a@dx18c6b5e0a1fb81d738"],
            "payload": [
                "feature": [
                    "encoding": "utf8", "compress": "raw", "format": "plain", "text": data.base64EncodedString(),
                ]
            ],
        ])
    }

    private func error(_ code: Int, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(json: ["header": ["code": code, "message": message, "sid": "emb000f9a9b"]])
    }

    private func gatewayError(_ status: Int, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(status: status, json: ["message": message])
    }
}
