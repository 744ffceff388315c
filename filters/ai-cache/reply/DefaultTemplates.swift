/// The templates that the reference documents name as defaults.
enum DefaultTemplates {
    static let json =
        #"{"id":"from-cache","choices":[{"index":0,"message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}],"#
        + #""model":"from-cache","object":"chat.completion","#
        + #""usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}"#

    static let eventStream =
        #"data:{"id":"from-cache","choices":[{"index":0,"delta":{"role":"assistant","content":"%s"},"#
        + #""finish_reason":"stop"}],"model":"from-cache","object":"chat.completion","#
        + #""usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}"# + "\n\ndata:[DONE]\n\n"

    static let legacyJSON =
        #"{"id":"from-cache","choices":[%s],"model":"gpt-4o","object":"chat.completion","#
        + #""usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}"#

    static let legacyEventStream = eventStream.replacing(#""model":"from-cache""#, with: #""model":"gpt-4o""#)
}
