/// What crawlers call themselves.
///
/// Most name their kind (`bot`, `crawler`, `spider`, ...) before a version or a hyphen; the others are listed. `CUBOT` is
/// a make of phones: its `bot` is followed by a blank or an underscore and the model.
struct KnownBots: Sendable {
    private let names = LiteralSearch(KnownBots.kinds + KnownBots.others, ignoresCase: true)

    /// Whether a crawler calls itself so, in any case.
    func contain(_ agent: UnsafeRawBufferPointer) -> Bool {
        self.names.matches(agent) || endsWithBot(agent)
    }

    private static let kinds = [
        "bot/", "bot;", "bot-", "bot+", "bot,", "spider", "crawl", "scraper", "scraping", "scrapy", "archiver",
        "indexer",
    ]

    private static let others = [
        "anthropic-ai", "ask jeeves", "baidumobaider", "bingpreview", "bytedance", "cohere-ai", "diffbot", "embedly",
        "facebookcatalog", "facebookexternalhit", "feedfetcher", "findlinks", "google-extended", "googleother",
        "grub-client", "heritrix", "httrack", "ia_archiver", "larbin", "masscan", "mediapartners-google",
        "meta-externalagent", "nikto", "nutch", "perplexity", "slackbot", "slurp", "sqlmap", "w3c_validator", "webzip",
        "yahooseeker", "yandexblogs", "yandexfavicons", "yandeximages", "yandexmedia", "yandexmetrika", "yandexvideo",
        "yandexwebmaster", "zgrab",
    ]
}

private func endsWithBot(_ agent: UnsafeRawBufferPointer) -> Bool {
    agent.count >= 3 && FieldList.isEqual(agent.suffix(3), "bot")
}
