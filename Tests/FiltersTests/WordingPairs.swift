/// Two questions, and whether an answer to one answers the other.
struct WordingPair: Sendable {
    /// What makes the second question of the first.
    enum Kind: String, Sendable, CaseIterable {
        /// Same meaning: case, accents, width, punctuation, polite words.
        case surface
        /// Same meaning: the same words in another order, or in another question frame.
        case reordered
        /// Same meaning: a word or two replaced, or another form of a word.
        case reworded
        /// Same meaning, nearly no word in common.
        case paraphrased
        /// Another meaning: a number differs.
        case number
        /// Another meaning: what is asked about differs.
        case entity
        /// Another meaning: one says not.
        case negation
        /// Another meaning: how, when, why of the same thing.
        case aspect
        /// Nothing to do with each other.
        case unrelated

        /// Whether an answer to one answers the other.
        var isSame: Bool {
            switch self {
            case .surface, .reordered, .reworded, .paraphrased: true
            case .number, .entity, .negation, .aspect, .unrelated: false
            }
        }
    }

    let kind: Kind
    let first: String
    let second: String

    init(_ kind: Kind, _ first: String, _ second: String) {
        self.kind = kind
        self.first = first
        self.second = second
    }
}

/// Questions in Chinese, English and Indonesian, labelled by hand.
let wordingPairs: [WordingPair] = [
    // The tutorial's three wordings.
    WordingPair(.reordered, "星星是什么", "什么是星星"),
    WordingPair(.reordered, "星星是什么", "星星通常指什么"),
    WordingPair(.reordered, "什么是星星", "星星通常指什么"),

    WordingPair(.surface, "What is a star?", "what is a star"),
    WordingPair(.surface, "How do I reset my password?", "How do I reset my password, please?"),
    WordingPair(.surface, "Where is the café in Zürich?", "where is the cafe in Zurich"),
    WordingPair(.surface, "Explain quantum entanglement.", "Please explain quantum entanglement!"),
    WordingPair(.surface, "什么是量子纠缠？", "请问什么是量子纠缠"),
    WordingPair(.surface, "ＡＩ网关怎么配置", "AI网关怎么配置？"),
    WordingPair(.surface, "Apa itu fotosintesis?", "apa itu fotosintesis"),
    WordingPair(.surface, "Bagaimana cara membuat paspor?", "Tolong, bagaimana cara membuat paspor?"),

    WordingPair(.reordered, "What is photosynthesis?", "Photosynthesis: what is it?"),
    WordingPair(.reordered, "What does the acronym DNS mean?", "DNS acronym, what does it mean?"),
    WordingPair(.reordered, "What is the capital of France?", "France's capital is what?"),
    WordingPair(.reordered, "Can you explain what a semantic cache is?", "What is a semantic cache?"),
    WordingPair(.reordered, "How do I install Docker on Ubuntu?", "On Ubuntu, how do I install Docker?"),
    WordingPair(.reordered, "Tell me about the history of Rome", "The history of Rome"),
    WordingPair(.reordered, "List the planets of the solar system", "The planets of the solar system, list them"),
    WordingPair(.reordered, "人工智能是什么", "什么是人工智能？"),
    WordingPair(.reordered, "请解释一下机器学习", "机器学习是什么意思"),
    WordingPair(.reordered, "如何安装Docker", "Docker如何安装"),
    WordingPair(.reordered, "北京的天气怎么样", "天气怎么样，北京"),
    WordingPair(.reordered, "法国的首都是哪里", "哪里是法国的首都"),
    WordingPair(.reordered, "Apa itu bintang?", "Bintang itu apa?"),
    WordingPair(.reordered, "Apa yang dimaksud dengan inflasi?", "Jelaskan pengertian inflasi"),
    WordingPair(.reordered, "Apa ibu kota Indonesia?", "Ibu kota Indonesia itu apa?"),
    WordingPair(.reordered, "Bagaimana cara memasak rendang?", "Cara memasak rendang bagaimana?"),

    WordingPair(.reworded, "How do I reset my password?", "How can I reset the password?"),
    WordingPair(.reworded, "How to install Docker on Ubuntu", "Installing Docker on Ubuntu"),
    WordingPair(.reworded, "What are the benefits of green tea?", "What benefits does green tea have?"),
    WordingPair(.reworded, "How does photosynthesis work?", "How does photosynthesis work in plants?"),
    WordingPair(.reworded, "What causes inflation?", "What are the causes of inflation?"),
    WordingPair(.reworded, "Why is the sky blue?", "Why does the sky look blue?"),
    WordingPair(.reworded, "What is the boiling point of water?", "At what temperature is the boiling point of water?"),
    WordingPair(.reworded, "Write a poem about autumn", "Write me a short poem about autumn"),
    WordingPair(.reworded, "怎么重置密码", "如何重置我的密码"),
    WordingPair(.reworded, "绿茶有什么好处", "喝绿茶的好处有哪些"),
    WordingPair(.reworded, "怎样学习编程", "如何学习编程比较好"),
    WordingPair(.reworded, "天空为什么是蓝色的", "为什么天空是蓝的"),
    WordingPair(.reworded, "Apa manfaat teh hijau?", "Apa saja manfaat dari teh hijau?"),
    WordingPair(.reworded, "Bagaimana cara menginstal Docker di Ubuntu?", "Cara instal Docker di Ubuntu"),
    WordingPair(.reworded, "Mengapa langit berwarna biru?", "Kenapa langit warnanya biru?"),
    WordingPair(.reworded, "Siapa presiden pertama Indonesia?", "Siapakah presiden Indonesia yang pertama?"),

    WordingPair(.paraphrased, "How do I reset my password?", "I forgot my login credentials, how do I recover access?"),
    WordingPair(.paraphrased, "What is a star?", "What are those shining points in the night sky?"),
    WordingPair(.paraphrased, "What is the price?", "How much does it cost?"),
    WordingPair(.paraphrased, "How can I lose weight?", "Best way to slim down"),
    WordingPair(.paraphrased, "什么是星星", "夜空中发光的天体叫什么"),
    WordingPair(.paraphrased, "怎么减肥", "有什么办法能瘦下来"),
    WordingPair(.paraphrased, "Berapa harganya?", "Kena biaya seberapa besar?"),
    WordingPair(.paraphrased, "Bagaimana cara menurunkan berat badan?", "Tips supaya langsing"),

    WordingPair(.number, "What is 15% of 240?", "What is 25% of 240?"),
    WordingPair(.number, "Who won the World Cup in 2018?", "Who won the World Cup in 2022?"),
    WordingPair(.number, "Convert 5 miles to kilometres", "Convert 8 miles to kilometres"),
    WordingPair(.number, "What is new in Python 3.11?", "What is new in Python 3.12?"),
    WordingPair(.number, "Give me 3 tips for interviews", "Give me 10 tips for interviews"),
    WordingPair(.number, "2023年的国内生产总值是多少", "2021年的国内生产总值是多少"),
    WordingPair(.number, "5公里等于多少米", "8公里等于多少米"),
    WordingPair(.number, "Siapa juara Piala Dunia 2018?", "Siapa juara Piala Dunia 2022?"),
    WordingPair(.number, "Berapa 15 dikali 4?", "Berapa 15 dikali 7?"),

    WordingPair(.entity, "What is the capital of France?", "What is the capital of Germany?"),
    WordingPair(.entity, "How do I install Docker on Ubuntu?", "How do I install Docker on Windows?"),
    WordingPair(.entity, "Who wrote Hamlet?", "Who wrote Faust?"),
    WordingPair(.entity, "What is a star?", "What is a planet?"),
    WordingPair(.entity, "Translate hello into Spanish", "Translate hello into Italian"),
    WordingPair(.entity, "Benefits of green tea", "Benefits of black tea"),
    WordingPair(.entity, "How far is the moon from the earth?", "How far is the sun from the earth?"),
    WordingPair(.entity, "Send money from Alice to Bob", "Send money from Bob to Carol"),
    WordingPair(.entity, "法国的首都是哪里", "德国的首都是哪里"),
    WordingPair(.entity, "星星是什么", "行星是什么"),
    WordingPair(.entity, "绿茶有什么好处", "红茶有什么好处"),
    WordingPair(.entity, "北京的天气怎么样", "上海的天气怎么样"),
    WordingPair(.entity, "Apa ibu kota Indonesia?", "Apa ibu kota Malaysia?"),
    WordingPair(.entity, "Apa manfaat teh hijau?", "Apa manfaat teh hitam?"),
    WordingPair(.entity, "Bagaimana cara memasak rendang?", "Bagaimana cara memasak gulai?"),

    WordingPair(.negation, "Which foods are good for the heart?", "Which foods are not good for the heart?"),
    WordingPair(.negation, "Can I take ibuprofen with alcohol?", "Can I take ibuprofen without alcohol?"),
    WordingPair(.negation, "Is it safe to drink tap water in Rome?", "Is it not safe to drink tap water in Rome?"),
    WordingPair(.negation, "Countries that require a visa", "Countries that don't require a visa"),
    WordingPair(.negation, "可以带液体上飞机吗", "不可以带液体上飞机吗"),
    WordingPair(.negation, "哪些食物对心脏好", "哪些食物对心脏不好"),
    WordingPair(.negation, "Makanan yang baik untuk jantung", "Makanan yang tidak baik untuk jantung"),
    WordingPair(.negation, "Kopi dengan gula", "Kopi tanpa gula"),

    WordingPair(.aspect, "When was the Eiffel Tower built?", "Why was the Eiffel Tower built?"),
    WordingPair(.aspect, "How do I create a branch in git?", "How do I delete a branch in git?"),
    WordingPair(.aspect, "What is a mortgage?", "How do I apply for a mortgage?"),
    WordingPair(.aspect, "星星是什么", "星星为什么会发光"),
    WordingPair(.aspect, "如何创建分支", "如何删除分支"),
    WordingPair(.aspect, "Kapan Borobudur dibangun?", "Mengapa Borobudur dibangun?"),
    WordingPair(.aspect, "Cara membuka rekening bank", "Cara menutup rekening bank"),

    WordingPair(.unrelated, "What is a star?", "How do I bake sourdough bread?"),
    WordingPair(.unrelated, "What is the capital of France?", "Explain recursion in Swift"),
    WordingPair(.unrelated, "How do I reset my password?", "Who painted the Mona Lisa?"),
    WordingPair(.unrelated, "Why is the sky blue?", "Best laptop for students"),
    WordingPair(.unrelated, "星星是什么", "怎么做红烧肉"),
    WordingPair(.unrelated, "北京的天气怎么样", "请翻译这句话"),
    WordingPair(.unrelated, "机器学习是什么", "法国的首都是哪里"),
    WordingPair(.unrelated, "Apa itu bintang?", "Bagaimana cara membuat paspor?"),
    WordingPair(.unrelated, "Siapa presiden pertama Indonesia?", "Resep nasi goreng sederhana"),
    WordingPair(.unrelated, "What is a star?", "星星是什么"),
]

/// Pairs that weights and lists were not chosen by.
let heldOutPairs: [WordingPair] = [
    WordingPair(.surface, "Who invented the telephone?", "who invented the telephone"),
    WordingPair(.surface, "月亮为什么会变化形状？", "请问月亮为什么会变化形状"),
    WordingPair(.reordered, "What is blockchain technology?", "Blockchain technology, what is it exactly?"),
    WordingPair(.reordered, "In Python, how do I sort a list?", "How do I sort a list in Python?"),
    WordingPair(.reordered, "什么是区块链", "区块链是什么意思"),
    WordingPair(.reordered, "Apa itu kecerdasan buatan?", "Kecerdasan buatan itu apa?"),
    WordingPair(.reworded, "How do I cancel my subscription?", "How can I cancel a subscription?"),
    WordingPair(.reworded, "What are the symptoms of flu?", "What are common flu symptoms?"),
    WordingPair(.reworded, "How do vaccines work?", "How does a vaccine work?"),
    WordingPair(.reworded, "如何取消订阅", "怎么取消我的订阅"),
    WordingPair(.reworded, "Bagaimana cara membatalkan langganan?", "Cara membatalkan langganan saya"),
    WordingPair(.paraphrased, "How do I cancel my subscription?", "I want to stop paying every month"),
    WordingPair(.paraphrased, "如何取消订阅", "不想再续费了怎么办"),
    WordingPair(.number, "What happened in 1945?", "What happened in 1939?"),
    WordingPair(.number, "Berapa hari dalam 3 bulan?", "Berapa hari dalam 6 bulan?"),
    WordingPair(.entity, "Who invented the telephone?", "Who invented the telescope?"),
    WordingPair(.entity, "How do I sort a list in Python?", "How do I sort a list in Java?"),
    WordingPair(
        .entity,
        "What are the symptoms of measles in young children?",
        "What are the symptoms of mumps in young children?"
    ),
    WordingPair(.entity, "日本的人口是多少", "韩国的人口是多少"),
    WordingPair(.negation, "Is this medicine safe during pregnancy?", "Is this medicine not safe during pregnancy?"),
    WordingPair(.negation, "Apakah obat ini aman?", "Apakah obat ini tidak aman?"),
    WordingPair(.aspect, "Who discovered penicillin?", "When was penicillin discovered?"),
    WordingPair(.aspect, "How do I enable dark mode?", "How do I disable dark mode?"),
    WordingPair(.unrelated, "Who discovered penicillin?", "Best beaches in Bali"),
    WordingPair(.unrelated, "日本的人口是多少", "如何取消订阅"),
]
