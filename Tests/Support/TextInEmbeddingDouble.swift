/// TextIn's acge embedding, as its documentation describes it: every answer has status 200 and a code of its own.
package struct TextInEmbeddingDouble: ServiceDouble {
    let appID: String
    let secretCode: String

    package init(appID: String, secretCode: String) {
        self.appID = appID
        self.secretCode = secretCode
    }

    package func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
        guard let appID = request.headers["x-ti-app-id"], let secretCode = request.headers["x-ti-secret-code"] else {
            return self.error(40101, "x-ti-app-id 或 x-ti-secret-code 为空")
        }
        guard appID == self.appID, secretCode == self.secretCode else {
            return self.error(40102, "x-ti-app-id \(appID) 或 x-ti-secret-code \(secretCode) 无效,验证失败")
        }
        guard request.method == "POST", request.path == "/ai/service/v1/acge_embedding", request.query.isEmpty else {
            return self.error(40007, "机器人不存在或未发布")
        }
        guard let body = request.object, Set(body.keys).isSubset(of: ["input", "matryoshka_dim", "digit"]),
            let texts = body["input"] as? [String], !texts.isEmpty, texts.allSatisfy({ !$0.isEmpty })
        else { return self.error(40004, "参数错误,请查看技术文档,检查传参") }
        let dimensions = body["matryoshka_dim"] as? Int ?? 1792
        guard (1...1792).contains(dimensions) else { return self.error(40004, "参数错误,请查看技术文档,检查传参") }
        let vectors = texts.map { TextVector.of($0, dimensions: dimensions) }
        return ServiceDoubleAnswer(json: [
            "code": 200, "message": "success", "version": "1.0.0", "duration": 12,
            "result": ["embedding": vectors, "matryoshka_dim": dimensions],
        ])
    }

    private func error(_ code: Int, _ message: String) -> ServiceDoubleAnswer {
        ServiceDoubleAnswer(json: ["code": code, "message": message])
    }
}
