/// An answer of the scripted upstream: its head, and its body in parts that come one after the other.
struct ScriptedReply {
    /// A part of the body and how long to wait before it is sent.
    struct Part {
        let delay: Duration
        let text: String
    }

    let status: Int
    let contentType: String
    let parts: [Part]

    /// The length of a body that is known before the first part is sent: one part is sent whole.
    var contentLength: Int? { self.parts.count == 1 ? self.parts[0].text.utf8.count : nil }

    /// A whole JSON body.
    static func json(_ body: ScriptedJSON, status: Int = 200, after delay: Duration = .zero) -> ScriptedReply {
        ScriptedReply(
            status: status,
            contentType: "application/json",
            parts: [Part(delay: delay, text: body.text + "\n")]
        )
    }

    /// An error in the form that clients of OpenAI's API expect.
    static func error(
        _ status: Int,
        _ message: String,
        parameter: String? = nil,
        code: String? = nil
    ) -> ScriptedReply {
        let error: ScriptedJSON = [
            "message": .string(message),
            "type": "invalid_request_error",
            "param": parameter.map(ScriptedJSON.string) ?? .null,
            "code": code.map(ScriptedJSON.string) ?? .null,
        ]
        return .json(["error": error], status: status)
    }
}
