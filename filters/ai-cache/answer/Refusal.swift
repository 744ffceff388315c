/// Why an answer is not stored. The raw values are the label `reason` of the metric.
enum Refusal: String, Error, Sendable, Hashable, CaseIterable {
    /// The status is not 200.
    case status
    /// Not JSON, or not an event stream, as the request asked.
    case contentType = "content_type"
    /// Compressed in a way that is not understood, or damaged.
    case contentEncoding = "content_encoding"
    /// The answer says `Cache-Control: no-store`.
    case noStore = "no_store"
    /// The answer broke off.
    case incomplete
    /// Not the JSON or the event stream that it says it is.
    case malformed
    /// An error object or event.
    case error
    /// The model stopped for another reason than having finished.
    case finishReason = "finish_reason"
    /// None or several choices.
    case choices
    /// No text, or only blanks.
    case blank
    /// Calls to tools or functions.
    case toolCalls = "tool_calls"
    /// The model refused.
    case refused
    /// Larger than `maxEntryBytes`.
    case tooLarge = "too_large"
    /// Parts that a replay could not bring back: audio, log probabilities, content that is no text.
    case unsupported
}
