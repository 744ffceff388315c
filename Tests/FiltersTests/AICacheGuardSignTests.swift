import Testing

@testable import BundledFilters

@Suite("ai-cache: guards of units, signs, letters and more negations")
struct AICacheGuardSignTests {
    private func refusal(_ first: String, _ second: String) -> Guard? {
        let (first, second) = (GuardedText(first), GuardedText(second))
        let refusal = Guards.all.refusal(first, second)
        #expect(Guards.all.refusal(second, first) == refusal, "a guard looks at both wordings alike")
        #expect(Guards.all.refusal(first, first) == nil && Guards.all.refusal(second, second) == nil)
        return refusal
    }

    @Test(
        "what is counted in other units or currencies refuses",
        arguments: [
            ("is 5 mg of it safe", "is 5 g of it safe"), ("a parcel of 20 kg", "a parcel of 20 lb"),
            ("run 10 km a day", "run 10 miles a day"), ("how hot is 30 °C", "how hot is 30 °F"),
            ("how hot is 30 C", "how hot is 30 F"),
            ("water at 80 degrees celsius", "water at 80 degrees fahrenheit"),
            ("cook it for 10 minutes", "cook it for 10 hours"), ("delivered in 3 days", "delivered in 3 weeks"),
            ("a notice of 2 months", "a notice of 2 years"), ("a file of 20 MB", "a file of 20 GB"),
            ("a file of 20 kb", "a file of 20 mb"), ("what can i buy for $50", "what can i buy for €50"),
            ("is 100 USD a lot", "is 100 EUR a lot"), ("is 100 dollars a lot", "is 100 euros a lot"),
            ("£20 for it", "¥20 for it"), ("fly for rp 5000", "fly for rs 5000"),
            ("how many grams has an egg", "how many ounces has an egg"),
            ("how many days until summer", "how many weeks until summer"),
            ("the price per month", "the price per year"), ("ten times a day", "ten times a week"),
            ("the monthly fee", "the yearly fee"), ("five kilograms of rice", "five pounds of rice"),
            ("5 pounds for it", "5 dollars for it"), ("two cups of milk", "two tablespoons of milk"),
            ("drive 90 km/h", "drive 90 mph"), ("is it open at 3 am", "is it open at 3 pm"),
            ("I am up at 3 am", "I am up at 3 pm"), ("the train at 7:30 a.m.", "the train at 7:30 p.m."),
            ("call me at three pm", "call me at three am"), ("ein Paket mit 5 kg", "ein Paket mit 5 g"),
            ("Reichen 3 Stunden?", "Reichen 3 Minuten?"),
            ("combien de jours faut-il", "combien de semaines faut-il"), ("esperar 2 horas", "esperar 2 meses"),
            ("menunggu 5 menit", "menunggu 5 jam"), ("ждать 5 минут", "ждать 5 часов"), ("5公斤是多少", "5磅是多少"),
            ("等三天", "等三年"), ("等5分钟", "等5小时"), ("要几天", "要几个月"), ("100美元够吗", "100欧元够吗"), ("何時間かかりますか", "何分かかりますか"),
            ("5시간 걸려요", "5분 걸려요"),
        ]
    )
    func units(first: String, second: String) {
        #expect(self.refusal(first, second) == .numbers)
    }

    @Test(
        "other operators between numbers refuse, and other comparisons",
        arguments: [
            ("what is 12+4", "what is 12*4"), ("what is 12 + 4", "what is 12 - 4"),
            ("what is 12 / 4", "what is 12 - 4"), ("12 × 4 = ?", "12 ÷ 4 = ?"),
            ("solve x + 5 = 9", "solve x - 5 = 9"), ("solve 2x+3=7", "solve 2x-3=7"),
            ("what is 12 plus 4", "what is 12 times 4"), ("what is 12 + 4", "what is 12 times 4"),
            ("8 divided by 2", "8 multiplied by 2"), ("2**3", "2*3"), ("2+3*4", "2*3+4"),
            ("chmod u+x on it", "chmod u-x on it"), ("12加4等于几", "12乘4等于几"),
            ("wie viel ist 6 mal 3", "wie viel ist 6 plus 3"), ("berapa 6 kali 3", "berapa 6 tambah 3"),
            ("is x < 5 true", "is x > 5 true"), ("is x<5 true", "is x>5 true"), ("is x >= 5 true", "is x > 5 true"),
            ("x ≤ 5", "x ≥ 5"), ("x ≠ 5", "x = 5"), ("if (x<-5) fails", "if (x>-5) fails"),
            ("then x != 5", "then x == 5"), ("a < b here", "a > b here"), ("p < .05 means", "p > .05 means"),
            ("价格＜100", "价格＞100"),
        ]
    )
    func operators(first: String, second: String) {
        #expect(self.refusal(first, second) == .numbers)
    }

    @Test(
        "of a version the last zero counts",
        arguments: [
            ("what is new in python 3.1", "what is new in python 3.10"),
            ("Ubuntu 22.1 support", "Ubuntu 22.10 support"), ("update to version 1.2", "update to version 1.20"),
            ("Is Python-3.1 old?", "Is Python-3.10 old?"), ("what is in Sluice 0.1", "what is in Sluice 0.10"),
        ]
    )
    func versions(first: String, second: String) {
        #expect(self.refusal(first, second) == .numbers)
    }

    @Test(
        "other options of a command refuse",
        arguments: [
            ("what does chmod +x do", "what does chmod -x do"), ("what does ls -l do", "what does ls -a do"),
            ("what does grep -v do", "what does grep -V do"), ("find files with -name", "find files with -type"),
            ("chmod go+rw for it", "chmod go-rw for it"), ("what does tar -czf do", "what does tar -xzf do"),
            ("why sort -u here", "why sort here"),
        ]
    )
    func options(first: String, second: String) {
        #expect(self.refusal(first, second) == .code)
    }

    @Test(
        "names that a mark or a letter tells apart refuse",
        arguments: [
            ("sort a vector in C", "sort a vector in C++"), ("a class in C++", "a class in C#"),
            ("a class in c++", "a class in c"), ("async in C#", "async in F#"),
            ("web apps with .net", "web apps with go"), ("a class in objective-c", "a class in c"),
            ("what does i++ do", "what does i do"), ("how much vitamin A a day", "how much vitamin D a day"),
            ("too little vitamin b", "too little vitamin d"), ("is there a plan B", "is there a plan C"),
            ("a vaccine for hepatitis B.", "a vaccine for hepatitis C."), ("blood type A diet", "blood type B diet"),
            ("who has O+ blood", "who has O- blood"), ("is an A+ hard to get", "is an A- hard to get"),
            ("what are T cells", "what are B cells"), ("is it a t cell", "is it a b cell"),
            ("Vitamin B im Winter nehmen", "Vitamin D im Winter nehmen"),
            ("Was ist ein Plan B und wie geht das", "Was ist ein Plan C und wie geht das"), ("维生素A有什么用", "维生素D有什么用"),
            ("витамин D зимой", "витамин C зимой"), ("用C语言写", "用C++写"), ("plan b for dinner", "plan c for dinner"),
            ("Model S range", "Model X range"),
        ]
    )
    func marks(first: String, second: String) {
        #expect(self.refusal(first, second) == .names)
    }

    @Test(
        "nothing, none and the negations of other languages refuse",
        arguments: [
            ("everything works", "nothing works"), ("all of them", "none of them"),
            ("always lock it", "never lock it"), ("everybody knows it", "nobody knows it"),
            ("mit einem Hund reisen", "mit keinem Hund reisen"), ("ist das je gut", "ist das nie gut"),
            ("alles geht", "nichts geht"), ("alle außer mir", "alle mit mir"), ("je veux tout", "je ne veux rien"),
            ("j'ai un ami", "j'ai aucun ami"), ("je fume", "je ne fume plus"),
            ("posso comer isso", "não posso comer isso"), ("café com leite", "café sem leite"),
            ("caffè con zucchero", "caffè senza zucchero"), ("algún error", "ningún error"),
            ("ik eet dat", "ik eet dat niet"), ("jag äter det", "jag äter inte det"), ("jem to", "nie jem tego"),
            ("это безопасно", "это не безопасно"), ("кофе с сахаром", "кофе без сахара"),
            ("всегда так", "никогда так"), ("bu güvenli mi", "bu güvenli değil mi"),
            ("هل هذا آمن", "هل هذا ليس آمن"), ("यह सुरक्षित है", "यह सुरक्षित नहीं है"),
            ("aman dimakan", "gak aman dimakan"), ("먹어도 돼요", "먹지 않아요"), ("食べます", "食べません"), ("食べられます", "食べられません"),
        ]
    )
    func negations(first: String, second: String) {
        #expect(self.refusal(first, second) == .negation)
    }

    @Test(
        "sides of a bound, halves of a day, and what is in or out refuse",
        arguments: [
            ("is x < 5", "is x greater than 5"), ("does it include tax", "does it exclude tax"),
            ("is it open at noon", "is it open at midnight"), ("at 3 in the morning", "at 3 in the afternoon"),
            ("上午3点去", "下午3点去"), ("two amounts inclusive", "two amounts exclusive"),
        ]
    )
    func moreOpposites(first: String, second: String) {
        #expect(self.refusal(first, second) == .opposites)
    }

    @Test(
        "other spellings of the same pass, and what says nothing on one side",
        arguments: [
            ("is 5 kg a lot", "is 5 kilograms a lot"), ("is 5 kg a lot", "is five kilograms a lot"),
            ("5kg of rice", "5 kg of rice"), ("wait 10 minutes", "wait 10 mins"), ("wait two hours", "wait 2 hrs"),
            ("cook it 10 min", "cook it for ten minutes"), ("it costs $50", "it costs 50 dollars"),
            ("it costs 50 dollars", "it costs 50 USD"), ("100€ is enough", "100 euros is enough"),
            ("€100", "100 EUR"), ("20 MB of data", "20 megabytes of data"),
            ("30 °C outside", "30 degrees celsius outside"), ("30 C outside", "30 °C outside"),
            ("at 3 pm", "at 3 p.m."), ("at 3 pm", "at 3:00 pm"), ("at 3 PM today", "at 3 p.m. today"),
            ("5 pounds of apples", "5 lbs of apples"), ("5 pounds sterling", "5 GBP"),
            ("is 5 kg a lot", "is 5 a lot"), ("how many minutes does it take", "how long does it take"),
            ("how long is a day on mercury", "in how many hours does mercury turn once"),
            ("the fee per month", "the monthly fee"), ("how many kilometres is 5 miles", "5 miles in km"),
            ("5公斤的包裹", "5 kg 的包裹"), ("三个月", "3个月"), ("等5分钟", "等5分鐘"), ("combien de minutes", "combien de mins"),
            ("what is 12+4", "what is 12 + 4"), ("what is 12 + 4", "12 plus 4 is what"), ("6*7", "6 x 7"),
            ("6×7", "6*7"), ("8/2", "8 ÷ 2"), ("what is 12 - 4", "what is 12\u{2212}4"),
            ("12 and 4, the sum", "12 + 4"), ("on 2023-01-02", "on 2023/01/02"), ("pages 3-5", "pages 3 to 5"),
            ("is x<5 true", "is x < 5 true"), ("is x >= 5 true", "is x ≥ 5 true"), ("is x < 5", "is x less than 5"),
            ("solve 2x+3=7", "solve 2x + 3 = 7"), ("go to Settings > Privacy", "go to Settings → Privacy"),
            ("sort in C++", "sort in c++"), ("sort in C++", "sort in cpp"), ("sort in CPP", "sort in C++"),
            ("a list in C#", "a list in c sharp"), ("web with .NET", "web with dotnet"), ("用C++写", "用cpp写"),
            ("how much vitamin D a day", "how much vitamin d per day"),
            ("an email to my boss", "an e-mail to my boss"), ("An X-ray of the hand", "an x-ray of the hand"),
            ("Is a #2 pencil soft?", "is a 2 pencil soft"), ("python 3.10 news", "news of python 3.10"),
            ("it costs 5.50", "it costs 5.5"), ("it costs EUR 5.50", "it costs EUR 5.5"), ("python 3.0", "python 3"),
            ("what does ls -l do", "what is ls -l for"), ("-milk\n-eggs", "milk, eggs"),
            ("nothing happens", "it does not happen"), ("这个特别好吗", "这个好吗"), ("非常大的城市", "大的城市"),
            ("すみません、駅はどこ", "駅はどこ"), ("je veux plus de pain", "je veux davantage de pain"),
            ("im Mai nach Rom", "nach Rom im Mai"),
        ]
    )
    func passes(first: String, second: String) {
        #expect(self.refusal(first, second) == nil)
    }

    @Test("in long texts only units behind the same digits count, and no operators")
    func long() {
        let long = String(repeating: "a word ", count: 60)
        #expect(self.refusal(long + "takes 5 minutes", long + "takes 5 hours") == .numbers)
        #expect(self.refusal(long + "takes five minutes", long + "takes five hours") == nil)
        #expect(self.refusal(long + "per month", long + "per year") == nil)
        #expect(self.refusal(long + "is 12 + 4", long + "is 12 - 4") == nil)
    }

    @Test(
        "long texts of signs are read in bounded time",
        arguments: [
            "+ ", "1+", "1-1", "a-", "x < ", "<=", "-a ", "c+", "C# ", "python 3.1 ", "5 mg ", "半天", "ne ", " ", "B ",
        ]
    )
    func hostile(piece: String) {
        let text = String(repeating: piece, count: 100_000)
        #expect(self.refusal(text, text) == nil)
    }
}
