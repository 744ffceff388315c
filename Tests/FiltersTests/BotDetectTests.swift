import FilterAPI
import FilterTesting
import Testing

@testable import BundledFilters

@Suite("bot-detect")
struct BotDetectTests {
    static let bots = [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Googlebot-Image/1.0", "BaiduMobaider/1.1.0",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
        "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
        "Mozilla/5.0 (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)",
        "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Twitterbot/1.0", "LinkedInBot/1.0 (compatible; Mozilla/5.0)", "Slackbot-LinkExpanding 1.0",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "CCBot/2.0 (https://commoncrawl.org/faq/)", "Scrapy/2.11.0 (+https://scrapy.org)", "Nutch/1.19",
        "ia_archiver (+http://www.alexa.com/site/help/webmasters)", "sqlmap/1.7#stable", "masscan/1.3",
        "Sogou web spider/4.0", "my-crawler 0.1",
    ]

    static let people = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_1) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/119.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 10; CUBOT P40) AppleWebKit/537.36 Chrome/119.0.0.0 Mobile Safari/537.36",
        "curl/8.5.0", "OpenAI/Python 1.40.0", "python-requests/2.31.0", "Go-http-client/1.1", "okhttp/4.12.0", "",
    ]

    @Test(arguments: bots)
    func aCrawlerIsRefused(_ agent: String) async throws {
        let gateway = try TestGateway(filters: [.init(BotDetect.self)])
        let response = await gateway.send(TestRequest(headers: ["user-agent": agent]))
        #expect(response.status == 403 && response.details == "bot-detect.blocked")
        #expect(gateway.upstreamRequests.isEmpty)
    }

    @Test(arguments: people)
    func everybodyElsePasses(_ agent: String) async throws {
        let gateway = try TestGateway(filters: [.init(BotDetect.self)])
        #expect(await gateway.send(TestRequest(headers: ["user-agent": agent])).status == 200)
    }

    @Test(
        arguments: [
            (["allow": ["Googlebot"]], "Googlebot/2.1", 200),
            (["allow": ["^Googlebot$"]], "Googlebot/2.1", 403),
            (["deny": ["spd-tools.*"]], "spd-tools/1.1", 403),
            (["deny": ["spd-tools"]], "my spd-tools", 403),
            (["deny": ["^curl/"], "allow": ["curl/8"]], "curl/8.5.0", 200),
            (["deny": ["^curl/"], "allow": ["curl/8"]], "curl/7.1", 403),
            (["deny": ["^$"]], nil, 403),
            (["allow": []], nil, 200),
            (["deny": ["x"]], "twitterbot/1.0", 403),
        ] as [(ConfigurationNode, String?, Int)]
    )
    func theOperatorsExpressionsComeFirst(_ config: ConfigurationNode, _ agent: String?, _ status: Int) async throws {
        let gateway = try TestGateway(filters: [.init(BotDetect.self, config: config)])
        let headers: HeaderFields = agent.map { ["user-agent": $0] } ?? [:]
        #expect(await gateway.send(TestRequest(headers: headers)).status == status)
    }

    @Test func theAnswerIsTheOperators() async throws {
        let config: ConfigurationNode = ["blocked_code": 404, "blocked_message": #"{"error":"gone"}"#]
        let gateway = try TestGateway(filters: [.init(BotDetect.self, config: config)])
        let response = await gateway.send(TestRequest(headers: ["user-agent": "Twitterbot/1.0"]))
        #expect(response.status == 404 && response.text == #"{"error":"gone"}"#)
        #expect(response.headers[.contentType] == "application/json; charset=utf-8")
    }

    @Test(
        arguments: [
            (["allow": ["["]], "expected a regular expression: "),
            (["deny": [#"(a)\1"#]], "back-references are not supported"),
            (["deny": [""]], "found an empty text; expected a regular expression"),
            (["alow": ["a"]], #"unknown key "alow"; did you mean "allow"?"#),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: BotDetect.self, config: config)
        #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
    }
}
