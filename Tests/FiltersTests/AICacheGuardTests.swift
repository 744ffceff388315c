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
            ("from 3 km to 5 km", "from 5 km to 3 km", .numbers), ("abs (-5)", "abs (5)", .numbers),
            ("Is \u{2212}5 odd?", "Is 5 odd?", .numbers),
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

    @Test(
        "numbers in words are numbers, in the languages that guards know",
        arguments: [
            ("a flat for two nights", "a flat for three nights"), ("two hundred grams", "three hundred grams"),
            ("save twenty-five euros", "save twenty-six euros"), ("the first step of it", "the second step of it"),
            ("the 2nd step of it", "the third step of it"), ("one night there", "two nights there"),
            ("zwei Nächte dort", "drei Nächte dort"), ("fünfundzwanzig Euro", "fünfunddreißig Euro"),
            ("das erste Kapitel", "das dritte Kapitel"), ("deux nuits à Lyon", "trois nuits à Lyon"),
            ("cuatro noches allí", "cinco noches allí"), ("dos noches allí", "tres noches allí"),
            ("dua malam di sana", "tiga malam di sana"), ("dua puluh lima ribu", "dua puluh enam ribu"),
            ("住两天", "住三天"), ("第三章讲什么", "第五章讲什么"), ("二十五个人吃饭", "二十六个人吃饭"),
        ]
    )
    func numberWords(first: String, second: String) {
        #expect(self.refusal(first, second) == .numbers)
    }

    @Test(
        "a number is the same in words and in digits, and what mostly is none makes no difference",
        arguments: [
            ("three nights there", "3 nights there"), ("for one person", "for 1 person"),
            ("twenty-five euros", "25 euros"), ("two hundred grams", "200 grams"), ("the second step", "the 2nd step"),
            ("eine Nacht dort", "1 Nacht dort"), ("zwölf Eier", "12 Eier"), ("fünfundzwanzig Euro", "25 Euro"),
            ("trois nuits", "3 nuits"), ("dos noches", "2 noches"), ("dua puluh lima orang", "25 orang"),
            ("dua belas bulan", "12 bulan"), ("住三天", "住3天"), ("第三章讲什么", "第3章讲什么"), ("三百五十元", "350元"),
            ("which one is it", "which is it"), ("how many seconds is that", "how long is that"),
            ("Ist das ein Problem?", "Ist das Problem da?"),
            ("the first thing to do", "what is to do at the beginning"),
            ("j'ai très mal", "j'ai mal"), ("四川有什么好吃的", "四川的美食有什么"), ("这个十分好吃吗", "这个好吃吗"),
            ("1 night and 2 days", "one night and 2 days"), ("100 at 7% for 30 years", "100 for 30 years at 7 percent"),
            ("周三天气好吗", "星期三的天气好吗"),
        ]
    )
    func numbersAlike(first: String, second: String) {
        #expect(self.refusal(first, second) == nil)
    }

    @Test(
        "things that have changed places refuse",
        arguments: [
            ("Convert EUR to USD", "Convert USD to EUR"),
            ("a train from Berlin to Paris", "a train from Paris to Berlin"),
            ("how do I get from berlin to paris", "how do I get to berlin from paris"),
            ("How much is 100 EUR in USD?", "How much is 100 USD in EUR?"),
            ("I have 100 dollars, how many euros is that", "What are 100 euros in dollars"),
            ("How many euros are in a dollar?", "How many dollars are in a euro?"),
            ("EUR -> USD rate please", "USD -> EUR rate please"),
            ("celsius → kelvin formula", "kelvin → celsius formula"),
            ("The fare Rome - Vienna by rail", "The fare Vienna - Rome by rail"),
            ("Letzte Verbindung Ulm - Kassel mit der Bahn", "Letzte Verbindung Kassel - Ulm mit der Bahn"),
            ("I am in Rome and must be in Bonn", "I am in Bonn and must be in Rome"),
            ("Seen from Rome, is Bonn north", "Seen from Bonn, is Rome north"),
            ("Did Rome conquer Carthage?", "Did Carthage conquer Rome?"),
            ("Is tea better than coffee", "Is coffee better than tea"),
            ("Wie komme ich von Berlin nach Bonn?", "Wie komme ich von Bonn nach Berlin?"),
            ("un train de Paris à Lyon", "un train de Lyon à Paris"),
            ("un vuelo de Madrid a Roma", "un vuelo de Roma a Madrid"),
            ("naik apa dari Solo ke Bogor", "naik apa dari Bogor ke Solo"), ("从北京到上海要多久", "从上海到北京要多久"),
            ("100人民币是多少美元", "100美元是多少人民币"), ("把欧元换成日元", "把日元换成欧元"),
        ]
    )
    func changedPlaces(first: String, second: String) {
        #expect(self.refusal(first, second) == .order)
    }

    @Test(
        "another order that says the same passes",
        arguments: [
            ("a train from Berlin to Paris", "a train to Paris from Berlin"),
            ("from berlin to paris by train", "by train to paris, from berlin"),
            ("Convert 100 EUR to USD", "How many USD are 100 EUR?"),
            ("tea and coffee, what is in it", "coffee and tea, what is in it"),
            ("Which is older, Rome or Paris?", "Which is older, Paris or Rome?"),
            ("How far is it from Rome to Paris?", "How far is it from Paris to Rome?"),
            ("the difference of a cat to a dog", "the difference of a dog to a cat"),
            ("python sort list", "list sort python"),
            ("The capital of France is Paris", "Paris is the capital of France"), ("北京和上海哪个好", "上海和北京哪个好"),
            ("从北京到上海的距离", "从上海到北京的距离"), ("jarak dari Solo ke Bogor", "jarak dari Bogor ke Solo"),
            ("I want to learn to swim", "to learn to swim is what I want"),
        ]
    )
    func sameWay(first: String, second: String) {
        #expect(self.refusal(first, second) == nil)
    }

    @Test(
        "a word and its opposite refuse",
        arguments: [
            ("Is it legal to park here?", "Is it illegal to park here?"),
            ("How do I enable dark mode?", "How do I disable dark mode?"),
            ("the first train", "the last train"), ("how to install it", "how to uninstall it"),
            ("buy shares", "sell shares"),
            ("before the meal", "after the meal"), ("which costs more", "which costs less"),
            ("importing cars", "exporting cars"),
            ("the minimum age", "the maximum age"), ("the highest hill", "the lowest hill"),
            ("the oldest town", "the newest town"),
            ("irregular verbs", "regular verbs"), ("turn the light on", "turn the light off"),
            ("sign in here", "sign out here"),
            ("increase the volume", "decrease the volume"), ("open an account", "close an account"),
            ("people over 50", "people under 50"), ("more than 50 people", "less than 50 people"),
            ("the cheapest month", "the most expensive month"),
            ("Konto anmelden", "Konto abmelden"), ("der erste Zug", "der letzte Zug"),
            ("ouvrir un compte", "fermer un compte"),
            ("abrir una cuenta", "cerrar una cuenta"), ("cara membuka rekening", "cara menutup rekening"),
            ("怎么打开通知", "怎么关闭通知"), ("饭前还是之后", "饭前还是之前"),
        ]
    )
    func opposites(first: String, second: String) {
        #expect(self.refusal(first, second) == .opposites)
    }

    @Test(
        "an opposite that the other wording has too, or that is none, passes",
        arguments: [
            ("buy and sell shares", "sell shares, and buy them"),
            ("the first and the last train", "the last train and the first"),
            ("my account is locked", "how do I unlock my account"), ("Until when are you open?", "When do you close?"),
            ("the cheapest month", "the least expensive month"), ("the US and in the UK", "the UK and in the US"),
            ("is it legal", "is it allowed"), ("log in to my account", "login to my account"),
            ("more about it", "about it"),
        ]
    )
    func noOpposites(first: String, second: String) {
        #expect(self.refusal(first, second) == nil)
    }

    @Test("in long texts the way does not count, but opposites do")
    func longWay() {
        let long = String(repeating: "a word ", count: 60)
        #expect(self.refusal(long + "from rome to bonn", long + "from bonn to rome") == nil)
        #expect(self.refusal(long + "legal", long + "illegal") == .opposites)
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
        for text in ["\"", "“", "'", "` ", "two ", "million ", "十", "一万", "to ", "de a ", "turn "].map({
            String(repeating: $0, count: 100_000)
        }) {
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
