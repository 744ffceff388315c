import FilterAPI

/// What crawlers call themselves.
///
/// Most name their kind (`bot`, `crawler`, `spider`, ...) before a version, a hyphen or the end of a word; the others are
/// listed. `CUBOT` is a make of phones: its `bot` is followed by a blank or an underscore and the model.
enum KnownBots {
    static let patterns: [Pattern] = [kinds, names].compactMap { try? Pattern($0) }

    static let kinds =
        #"(?i)[a-z0-9.]bot(?:[/;+,-]|$)|bot[ _-]?v?[0-9]+[.][0-9]|spider|crawl|scrap(?:er|ing|y)|archiver|indexer"#

    static let names =
        "(?i)baidumobaider|\\bnutch|heritrix|slurp|ia_archiver|mediapartners-google|adsbot|bingpreview|googleother|"
        + "google-extended|feedfetcher|facebookexternalhit|facebookcatalog|meta-externalagent|embedly|ask jeeves|yahooseeker|"
        + "yandex(?:images|media|metrika|video|blogs|favicons|webmaster)|masscan|zgrab|nikto|sqlmap|httrack|webzip|"
        + "larbin|grub-client|findlinks|w3c_validator|perplexity|bytedance|ccbot|gptbot|anthropic-ai|cohere-ai|diffbot"
}
