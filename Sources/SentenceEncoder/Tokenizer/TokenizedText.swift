/// What a tokenizer made of a text.
struct TokenizedText: Sendable, Hashable {
    /// The ids of its tokens, those before and behind the text included.
    let ids: [Int32]
    /// Whether something of the text was left out, because it has more tokens than count.
    let isCut: Bool
}
