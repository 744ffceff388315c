import NIOHTTP1
import TestSupport
import Testing

@Suite("ai-prompt-template and ai-prompt-decorator over a socket")
struct PromptFilterSocketTests {
    private static let template = """
          - filter: ai-prompt-template
            config:
              templates:
                - name: developer-chat
                  template:
                    model: gpt-3.5-turbo
                    messages:
                      - { role: system, content: "You are a {{program}} expert, in {{language}} programming language." }
                      - { role: user, content: "Write me a {{program}} program." }
        """

    @Test func templatesAreFilled() async throws {
        let body = #"{"template":"developer-chat","properties":{"program":"\"quick\" sort","language":"python"}}"#
        let received = try #require(
            try await FilterExchange.of(.init(body: body), through: Self.template).received.first
        )
        #expect(
            received.body
                == #"{"model":"gpt-3.5-turbo","messages":[{"role":"system","content":"You are a \"quick\" sort expert, in python programming language."},{"role":"user","content":"Write me a \"quick\" sort program."}]}"#
        )
    }

    @Test(arguments: [(#"{"template":"none","properties":{}}"#, 400), (#"{"model":"m"}"#, 200)])
    func otherRequests(_ body: String, _ status: Int) async throws {
        let exchange = try await FilterExchange.of(.init(body: body), through: Self.template)
        #expect(exchange.answer.status == status)
        if status == 400 { #expect(exchange.line.details == "ai-prompt-template.unknown_template") }
    }

    @Test func messagesAreAddedAndChanged() async throws {
        let filters = """
              - filter: ai-prompt-decorator
                config:
                  prepend: [{ role: system, content: "Please answer the questions in English." }]
                  append: [{ role: user, content: "After answering each question, try to ask a follow-up question." }]
                  replace:
                    - { pattern: "secret-\\\\d+", replacement: "[REDACTED]", regex: true }
            """
        let body = #"{"model": "gpt-3.5-turbo", "messages": [ {"role":"user","content":"Who is secret-1234?"} ]}"#
        let received = try #require(try await FilterExchange.of(.init(body: body), through: filters).received.first)
        #expect(
            received.body
                == #"{"model": "gpt-3.5-turbo", "messages": [ {"role":"system","content":"Please answer the questions in English."},{"role":"user","content":"Who is [REDACTED]?"},{"role":"user","content":"After answering each question, try to ask a follow-up question."} ]}"#
        )
    }
}
