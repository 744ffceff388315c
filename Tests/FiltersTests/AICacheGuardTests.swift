import FilterAPI
import Foundation
import Testing

@testable import BundledFilters

@Suite("ai-cache: guards before a semantic hit")
struct AICacheGuardTests {
    private func refusal(_ first: String, _ second: String, _ guards: Guards = .all) -> Guard? {
        let (first, second) = (GuardedText(first), GuardedText(second))
        let refusal = guards.refusal(first, second)
        #expect(guards.refusal(second, first) == refusal, "a guard looks at both wordings alike")
        return refusal
    }

    @Test(
        "a difference that makes another question refuses",
        arguments: [
            ("How many days has 2023?", "How many days has 2024?", Guard.numbers),
            ("Convert 5 miles to km", "Convert 50 miles to km", .numbers),
            ("Give me three tips for sleep", "Give me ten tips for sleep", .numbers),
            ("What is 1,000 + 2?", "What is 10,000 + 2?", .numbers), ("٣ أيام", "٤ أيام", .numbers),
            ("Is -5 degrees cold?", "Is 5 degrees cold?", .numbers), ("-5 + 1", "5 + 1", .numbers),
            ("abs (-5)", "abs (5)", .numbers), ("Is \u{2212}5 odd?", "Is 5 odd?", .numbers),
            ("What is 7 - 3?", "What is 3 - 7?", .numbers), ("10 % of 50", "50 % of 10", .numbers),
            ("What is 2 + 2 * 3", "What is 2 + 3 * 2", .numbers),
            ("第3章讲什么", "第5章讲什么", .numbers), ("Explain GPT-3", "Explain GPT-4", .numbers),
            ("Is the shop open on Monday?", "Is the shop open on Sunday?", .dates),
            ("Weather in June", "Weather in December", .dates), ("Was ist am Montag?", "Was ist am Freitag?", .dates),
            ("Do I work today?", "Do I work tomorrow?", .dates), ("星期一开门吗", "星期日开门吗", .dates),
            ("Can I eat this raw?", "Can I not eat this raw?", .negation),
            ("Foods that contain gluten", "Foods that don't contain gluten", .negation),
            ("coffee with sugar", "coffee without sugar", .negation),
            ("Kann ich das essen?", "Kann ich das nicht essen?", .negation),
            ("Apakah ini aman?", "Apakah ini tidak aman?", .negation), ("这个可以吃吗", "这个不可以吃吗", .negation),
            ("Translate \"good night\" to French", "Translate \"good morning\" to French", .quotes),
            ("What does “break a leg” mean?", "What does “break the ice” mean?", .quotes),
            ("Was heißt „Haus“ hier?", "Was heißt „Baum“ hier?", .quotes),
            ("What is 'foo' here?", "What is 'bar' here?", .quotes),
            ("What does `ls` do?", "What does `rm` do?", .code),
            ("Why is user_id null?", "Why is order_id null?", .code),
            ("Explain ```a = b```", "Explain ```a == b```", .code),
            ("Open /etc/hosts for me", "Open /etc/passwd for me", .code),
            ("Read https://a.example/x", "Read https://b.example/x", .code),
            ("What does numpy.zeros do", "What does numpy.ones do", .code),
            ("How do I call getUser", "How do I call setUser", .code),
            ("What is the capital of France?", "What is the capital of Spain?", .names),
            ("Who founded NASA and when", "Who founded ESA and when", .names),
            ("how far is Paris from here", "how far is London from here", .names),
        ]
    )
    func refuses(first: String, second: String, expected: Guard) {
        #expect(self.refusal(first, second) == expected)
    }

    @Test(
        "wordings that differ in nothing of that sort pass",
        arguments: [
            ("How do I reset my password?", "What is the way to reset my password?"),
            ("What is the capital of France?", "what is france's capital"),
            ("Convert 1,000 m to km", "convert 1000 m into km please"), ("Give me 3 tips", "give me three tips"),
            ("3 tips for five people", "Five people want 3 tips"), ("pages 3-5", "pages 3 - 5"),
            ("Is -5 odd?", "is \u{2212}5 odd"), ("What is -0?", "what is 0"),
            ("It costs 5.50 today", "It costs 5.5 today"), ("I can't log in", "I cannot log in"),
            ("Is it not safe?", "Isn't it safe?"), ("coffee without sugar", "coffee, no sugar"),
            ("Translate \"good night\" to French", "Translate good night to French"),
            ("Translate 'good night' to French", "translate “Good night” to French"),
            ("What does `ls` do?", "what does ls do"),
            ("Kapan paket saya tiba?", "Apakah paket saya bisa dikirim hari ini?"),
            ("HOW DO I BAKE BREAD", "how do I bake bread"), ("How To Bake Good Bread", "how to bake good bread"),
            ("Wie setze ich mein Passwort zurück?", "Wie kann ich mein Kennwort zurücksetzen?"),
            ("这个能不能吃", "这个可以吃吗"), ("如何重置密码", "怎样重置我的密码"), ("Is the U.S. big?", "is the U.S. a big country"),
            ("", ""), ("\u{0}'\"`", "\u{0}'\"`"),
        ]
    )
    func passes(first: String, second: String) {
        #expect(self.refusal(first, second) == nil)
    }

    @Test("in long texts the order of numbers does not count, but the numbers do")
    func longOrder() {
        let long = String(repeating: "a word ", count: 60)
        #expect(self.refusal(long + "3 and 5", long + "5 and 3") == nil)
        #expect(self.refusal(long + "3 and 5", long + "3 and 6") == .numbers)
        #expect(self.refusal("3 and 5", "5 and 3") == .numbers)
    }

    @Test("a guard that is not wanted refuses nothing")
    func chosen() {
        #expect(self.refusal("day 1", "day 2", Guards([.negation, .quotes])) == nil)
        #expect(self.refusal("day 1", "day 2", Guards([.numbers])) == .numbers)
    }

    @Test("long and odd texts are compared in bounded time")
    func hostile() {
        let quotes = String(repeating: "\"a b\" 'c d' ", count: 20_000)
        let fences = String(repeating: "```x``` `y` ", count: 20_000)
        for text in [quotes, fences, String(repeating: "1,", count: 50_000)] {
            #expect(self.refusal(text, text) == nil)
            #expect(self.refusal(text, "a") != nil)
        }
        for text in ["\"", "“", "'", "` "].map({ String(repeating: $0, count: 100_000) }) {
            #expect(self.refusal(text, text) == nil)
        }
    }

    @Test(
        "guards are read as true, false, or a list",
        arguments: [
            ("{}", Guard.numbers, true), (#"{"guards":true}"#, .names, true), (#"{"guards":false}"#, .numbers, false),
            (#"{"guards":["numbers"]}"#, .numbers, true), (#"{"guards":["numbers"]}"#, .negation, false),
        ]
    )
    func reading(json: String, asked: Guard, isWanted: Bool) throws {
        let read = try ReadProvider<Guards>(json) { $0.guards() }
        let guards = try #require(read.opener)
        let pair = asked == .numbers ? ("day 1", "day 2") : asked == .names ? ("in Rome", "in Oslo") : ("is", "is not")
        #expect(read.errors.isEmpty && (self.refusal(pair.0, pair.1, guards) != nil) == isWanted)
    }

    @Test("an unknown guard is an error that names the known ones")
    func unknown() throws {
        let read = try ReadProvider<Guards>(#"{"guards":["colours"]}"#) { $0.guards() }
        #expect(
            read.errors.count == 1
                && read.errors[0].contains("found \"colours\"; expected true, false or some of numbers")
        )
    }

    /// Labelled pairs of this tree. "How do I cancel a subscription" and "I do not want to renew" mean the same.
    @Test("of the labelled pairs all with another number or a negation are refused, and one that means the same")
    func confusion() {
        var refused: [WordingPair.Kind: Int] = [:]
        var total: [WordingPair.Kind: Int] = [:]
        for pair in wordingPairs + heldOutPairs {
            total[pair.kind, default: 0] += 1
            if self.refusal(pair.first, pair.second) != nil { refused[pair.kind, default: 0] += 1 }
        }
        let wrongly = refused.filter { $0.key.isSame }.values.reduce(0, +)
        #expect(refused[.number] == total[.number] && refused[.negation] == total[.negation] && wrongly <= 1)
    }
}

/// A message without anything that patterns are for, longer than what of it they look at.
private let longMessage = String(repeating: "please remember this text about the garden. ", count: 300)

@Suite("ai-cache: questions that are left alone")
struct AICacheQuestionLimitsTests {
    private func excludes(_ question: String, turns: Int = 1, _ json: String = "{}") throws -> Bool {
        let read = try ReadProvider<QuestionLimits>(json) { QuestionLimits($0) }
        #expect(read.errors.isEmpty)
        let turn = #"{"role":"user","content":"a"},{"role":"assistant","content":"b"}"#
        let messages = Array(repeating: turn, count: turns).joined(separator: ",")
        let document = try #require(JSONDocument(bytes(#"{"messages":[\#(messages)]}"#)))
        return try #require(read.opener).excludes(question, in: document)
    }

    @Test("conversations with more turns than allowed pass", arguments: [(1, false), (2, false), (3, true)])
    func turns(turns: Int, isExcluded: Bool) throws {
        #expect(try self.excludes("q", turns: turns, #"{"maxTurns":2}"#) == isExcluded)
        #expect(try !self.excludes("q", turns: turns))
    }

    /// The patterns that the documentation offers.
    private static let documentedPatterns = [
        #"\bright now\b"#, #"\bwhat time is it\b"#,
        #"\b(current|today'?s|tomorrow'?s|tonight'?s) (time|date|weather|price|news|score|rate)"#,
        #"\bweather (like )?(today|tomorrow|now|tonight)\b"#, #"\b(latest|breaking|recent) news\b"#,
        #"\b(stock|share) price\b"#, #"\bexchange rate\b"#, "现在几点", "(今天|明天|现在)(的)?(天气|日期|新闻|股价)", "最新(消息|新闻)",
        #"\bjam berapa sekarang\b"#, #"\bcuaca (hari ini|besok)\b"#, #"\bberita (terbaru|terkini)\b"#,
    ]

    @Test(
        "with the patterns of the documentation questions about now pass, others do not; without patterns none does",
        arguments: [
            ("What time is it in Tokyo?", true), ("What's the weather today?", true), ("current exchange rate", true),
            ("What is happening right now?", true), ("现在几点了", true), ("今天天气怎么样", true), ("Jam berapa sekarang?", true),
            ("cuaca besok di Beijing", true),
            ("Apakah paket saya bisa dikirim hari ini?", false), ("What is a current in physics?", false),
            ("How does weather form?", false), ("Write a poem about today", false),
        ]
    )
    func timeSensitive(question: String, isExcluded: Bool) throws {
        let patterns = Self.documentedPatterns.map { "\"" + Exchange.literal($0) + "\"" }.joined(separator: ",")
        #expect(try self.excludes(question, #"{"timeSensitive":[\#(patterns)]}"#) == isExcluded)
        #expect(try !self.excludes(question))
        #expect(try !self.excludes(question, #"{"timeSensitive":[]}"#))
    }

    /// Whether a question passes whose key text is made by a strategy from these messages.
    private func passes(_ messages: String, _ strategy: KeyStrategy = .lastQuestion) throws -> Bool {
        let read = try ReadProvider<QuestionLimits>(#"{"timeSensitive":["\\bwhat time is it\\b"]}"#) {
            QuestionLimits($0)
        }
        let document = try #require(JSONDocument(bytes(#"{"messages":[\#(messages)]}"#)))
        let source = QuestionSource(strategy: strategy, path: QuestionSource.defaultPath)
        let question = try #require(source.question(in: document))
        return try #require(read.opener).excludes(question, in: document)
    }

    @Test(
        "what asks for the time is found at either end of a long message, in parts, behind escapes and odd blanks",
        arguments: [
            (#""what time is it""#, true), (#""\#(longMessage)what time is it?""#, true),
            (#""what time is it? \#(longMessage)""#, true),
            (#"[{"type":"text","text":"what time is it"}]"#, true),
            (#"[{"type":"text","text":"what\u0020time\nis  it"},{"type":"image_url","image_url":{"url":"x"}}]"#, true),
            (#"[{"type":"text","text":"\#(longMessage)"},{"type":"text","text":"what time is it"}]"#, true),
            (#""what\u00a0time\u3000is\t it""#, true), (#""what time\u200b is it""#, true),
            // Names of members are no text.
            (#"[{"type":"what time is it","text":"tell me"}]"#, false),
            (#""\#(longMessage)""#, false), (#""[what time]""#, false), (#""{\"text\":\"what time is it\"}""#, true),
        ]
    )
    func ends(content: String, isExcluded: Bool) throws {
        #expect(try self.passes(#"{"role":"user","content":\#(content)}"#) == isExcluded)
    }

    @Test("with all questions in the key the last one counts, however long the ones before are")
    func lastOfAll() throws {
        let before = #"{"role":"user","content":"\#(longMessage)"},{"role":"assistant","content":"ok"},"#
        let last = #"{"role":"user","content":"what time is it"}"#
        let tool = #",{"role":"tool","content":"\#(longMessage)"}"#
        #expect(try self.passes(before + last, .allQuestions))
        #expect(try self.passes(before + last + tool))
        #expect(try !self.passes(before + #"{"role":"user","content":"who are you"}"#, .allQuestions))
    }

    @Test("patterns can be one's own, and a wrong one is an error at its place")
    func patterns() throws {
        #expect(try self.excludes("Price of GOLD?", #"{"timeSensitive":["gold"]}"#))
        let read = try ReadProvider<QuestionLimits>(#"{"timeSensitive":["("]}"#) { QuestionLimits($0) }
        #expect(read.errors.count == 1 && read.errors[0].contains("found \"(\"; expected a regular expression"))
    }
}
