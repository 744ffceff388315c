/// The one table of units and currencies that ``Quantities`` looks words up in.
enum UnitWords {
    /// One unit, whatever its spelling.
    struct Unit: Sendable, Hashable {
        /// What it measures: `mass`.
        let measure: String
        /// Its first spelling: `kg`.
        let name: String
    }

    /// The units that a word may be; "pound" is two.
    static func units(of word: String) -> Set<Unit> {
        if let units = self.spellings[word] { return units }
        guard word.utf8.count > 3, word.hasSuffix("s") else { return [] }
        return self.spellings[String(word.dropLast())] ?? []
    }

    /// The longest unit at the beginning of a run of characters that is written without spaces.
    static func unit(at run: ArraySlice<UInt32>) -> (length: Int, units: Set<Unit>)? {
        guard let first = run.first, self.beginnings.contains(first) else { return nil }
        for length in stride(from: min(self.longestRun, run.count), through: 1, by: -1) {
            var text = String.UnicodeScalarView()
            for value in run.prefix(length) { if let scalar = Unicode.Scalar(value) { text.append(scalar) } }
            if let units = self.spellings[String(text)] { return (length, units) }
        }
        return nil
    }

    /// What a word such as "monthly" says of time.
    static func rate(of word: String) -> Set<Unit> { self.rates[word].map { self.units(of: $0) } ?? [] }

    /// Words between a number and its scale, such as in "30 degrees Celsius".
    static let degrees: Set<String> = [
        "°", "degree", "degrees", "deg", "grad", "degre", "degres", "grado", "grados", "gradi", "graus", "derajat",
    ]

    /// Words that count what follows: "a month", "per hour".
    static let counters: Set<String> = [
        "a", "an", "per", "each", "every", "pro", "par", "por", "chaque", "cada", "jede", "jeder", "jedes", "jeden",
        "setiap", "tiap",
    ]

    /// Words that ask for the number of what follows: "how many grams".
    static let questions: Set<String> = [
        "many", "viele", "vielen", "combien", "cuantos", "cuantas", "quantos", "quantas", "quanti", "quante", "berapa",
        "сколько",
    ]

    /// Words that may stand between a number and what it counts: "combien de jours".
    static let joints: Set<String> = ["de", "of", "di"]

    /// Characters of scripts without spaces that count what follows.
    static let countingCharacters = Set("一二三四五六七八九十百千万萬两兩每半".unicodeScalars.map(\.value))

    /// Characters that end a question for the number of what follows: 几, 多少, 何.
    static let askingCharacters = Set("几幾少何".unicodeScalars.map(\.value))

    private static let longestRun = 4

    /// What spellings begin with.
    private static let beginnings = Set(Self.spellings.keys.compactMap { $0.unicodeScalars.first?.value })

    /// One unit a line: what it measures, and its spellings, folded as in ``FoldedText``, mostly without the end of a plural. A
    /// spelling of several units stands in each of their lines.
    private static let table = """
        mass: mg milligram milligramm milligramme milligramo miligramo miligram мг 毫克
        mass: mcg ug µg μg microgram mikrogramm microgramme 微克
        mass: g gr gram gramm gramme gramo grama grammo г грамм грамма граммов 克 公克
        mass: kg kilo kilogram kilogramm kilogramme kilogramo quilo quilograma chilo кг 公斤 千克 킬로그램
        mass: lb lbs pound pfund livre libra libbra 磅
        mass: oz ounce unze onza 盎司
        mass: t ton tonne tonelada tonnellata т 吨 噸
        mass: stone
        mass: jin 斤
        length: mm millimetre millimeter milimetro milimeter мм 毫米
        length: cm centimetre centimeter zentimeter centimetro sentimeter см 厘米 公分
        length: m metre meter metro м 米 公尺
        length: km kmh kph kilometre kilometer kilometro quilometro chilometro км 公里 千米
        length: mi mile mph meile milla milha mil 英里
        length: inch inche zoll pouce pulgada polegada inci 英寸
        length: ft foot feet fus pied pies kaki 英尺
        length: yd yard 码
        volume: ml millilitre milliliter mililitro mililiter мл 毫升
        volume: cl centilitre centiliter zentiliter
        volume: l litre liter litro л 升 公升
        volume: gal gallon gallone galon 加仑
        volume: qt quart
        volume: pint pinte
        volume: cup tasse taza xicara tazza cangkir 杯
        volume: tbsp tablespoon essloffel el cucharada
        volume: tsp teaspoon teeloffel tl cucharadita
        temperature: c ℃ celsius centigrade 摄氏度 摄氏
        temperature: f ℉ fahrenheit 华氏度 华氏
        temperature: k kelvin
        data: bit
        data: byte octet
        data: kb kilobyte ko
        data: mb megabyte mo mega
        data: gb gigabyte gig giga go
        data: tb terabyte
        data: kib kibibyte
        data: mib mebibyte
        data: gib gibibyte
        speed: kbps
        speed: mbps
        speed: gbps
        time: ms millisecond millisekunde 毫秒
        time: s sec second sekunde seconde segundo secondo detik секунд секунда секунды 秒 초
        time: min minute minuten minuto minuti menit минут минута минуты 分钟 分鐘 分 분
        time: h hr hour stunde stunden heure hora ora ore jam час часа часов 小时 小時 个小时 個小時 时间 時間 시간
        time: d day tag tage tagen jour dia giorno giorni hari день дня дней 天 日 일
        time: week wk woche wochen semaine semana settimana settimane minggu неделя недели недель 周 週 星期 个星期 個星期 礼拜 个礼拜 週間 주
        time: month monat monate monaten mois mes meses mese mesi bulan месяц месяца месяцев 个月 個月 月 か月 개월 달
        time: year yr jahr jahre jahren an annee ano anno anni tahun год года лет 年 년
        time: decade jahrzehnt jahrzehnte decennie decada
        time: century centuries jahrhundert siecle siglo seculo abad 世纪
        clock: am
        clock: pm
        money: usd $ dollar dolar dollaro доллар доллара долларов 美元 美金 美刀 どる 달러
        money: eur € euro евро 欧元 歐元 ゆーろ 유로
        money: gbp £ pound sterling quid pfund livre libra 英镑
        money: jpy ¥ yen 日元 日圆 円
        money: cny ¥ yuan rmb renminbi 元 块 人民币 人民幣
        money: inr ₹ rupee rs
        money: idr rp rupiah
        money: krw ₩ won 韩元 원
        money: chf franc franken 瑞士法郎
        money: sek krona kronor kr
        money: nok krone kroner kr
        money: dkk krone kroner kr
        money: pln zloty
        money: czk koruna
        money: huf forint
        money: rub ₽ ruble rouble рубль рубля рублей 卢布
        money: lira ₺
        money: brl reai
        money: mxn peso
        money: aud
        money: cad
        money: nzd
        money: sgd
        money: hkd 港币 港元
        money: myr ringgit
        money: thb baht
        money: btc bitcoin ₿
        money: eth ether
        money: cent centime centavo
        power: w watt
        power: kw kilowatt
        power: mw megawatt
        power: hp horsepower ps
        energy: kwh kilowattstunde
        energy: wh wattstunde
        energy: kcal cal calorie kalorie caloria kalori 卡路里 大卡
        energy: kj kilojoule
        energy: joule
        frequency: hz hertz
        frequency: khz kilohertz
        frequency: mhz megahertz
        frequency: ghz gigahertz
        pressure: psi
        pressure: bar
        pressure: kpa
        area: acre
        area: hectare hektar ha 公顷
        """

    /// What happens how often, and the unit that this names.
    private static let rates: [String: String] = {
        let lines = [
            ("hour", "hourly stundlich"), ("day", "daily taglich quotidien quotidienne diario diaria harian"),
            ("week", "weekly wochentlich hebdomadaire semanal mingguan"),
            ("month", "monthly monatlich mensuel mensuelle mensual mensal mensile bulanan"),
            ("year", "yearly annual annually jahrlich annuel annuelle anual annuale tahunan"),
        ]
        var rates: [String: String] = [:]
        for (unit, words) in lines { for word in words.split(separator: " ") { rates[String(word)] = unit } }
        return rates
    }()

    private static let spellings: [String: Set<Unit>] = {
        var spellings: [String: Set<Unit>] = [:]
        for line in Self.table.split(separator: "\n") {
            let parts = line.split(whereSeparator: { $0 == " " || $0 == ":" }).map(String.init)
            guard let measure = parts.first, let name = parts.dropFirst().first else { continue }
            for word in parts.dropFirst() { spellings[word, default: []].insert(Unit(measure: measure, name: name)) }
        }
        return spellings
    }()
}
