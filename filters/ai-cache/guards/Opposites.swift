/// The one table of opposites that ``OppositeWords`` looks words up in.
///
/// One pair a line, each side with all its words, folded as in ``FoldedText``; a low line joins two words. Words of a verb that tell a state are left
/// out where they say what is wrong ("my account is locked" asks how to unlock it), and so is what mostly says something
/// else (up, back, good).
enum Opposites {
    /// The two first of some ideographs.
    struct Pair: Hashable {
        let first: UInt32
        let second: UInt32
    }

    /// A star stands for the forms of a regular verb: `lock*` is lock, locks, locking.
    private static let verbs = """
        enable* activate* | disable* deactivate*
        lock* | unlock* unlocked
        install* installation | uninstall* uninstalling deinstall* remove*
        add* insert* | remove* delete* subtract*
        create* | delete* destroy*
        connect* | disconnect*
        subscribe* | unsubscribe*
        follow* | unfollow*
        block* | unblock* unblocked
        mute* | unmute*
        freeze* | unfreeze* thaw* melt*
        zip* | unzip*
        compress* | decompress*
        encrypt* | decrypt*
        encode* | decode*
        mount* | unmount*
        load* | unload*
        pack* | unpack*
        publish* | unpublish*
        register* | unregister* deregister*
        assemble* | disassemble*
        attach* | detach*
        tighten* | loosen*
        strengthen* | weaken*
        widen* | narrow*
        accelerate* | decelerate*
        increase* raise* | decrease* reduce* lower*
        maximize* maximise* | minimize* minimise*
        expand* | collapse* shrink*
        open* opened | close* shut
        start* begin begins beginning began | stop* stopping end* ending finish* quit
        buy* purchase* | sell*
        borrow* | lend*
        deposit* | withdraw* withdrawal
        import* imported | export* exported
        upload* | download*
        upgrade* | downgrade*
        push* | pull*
        enter* | exit* leave*
        join* | leave* quit
        arrive* arrival arrivals | depart* departure departures leave*
        win* winning won | lose* lost
        gain* | lose* lost
        accept* approve* | reject* refuse* decline* deny denies
        allow* allowed permitted | forbid forbidden prohibited banned
        renew* | cancel* cancelling terminate*
        continue* | discontinue*
        rise* rising | fall* falling drop* dropping
        agree* | disagree*
        like* | dislike*
        trust* | distrust*
        appear* | disappear*
        attack* | defend*
        inhale* | exhale*
        read reads reading | write writes writing
        plant* sow* | harvest*
        boil* | freeze* melt*
        found* | dissolve*
        multiply multiplies multiplying | divide*
        marry marries marrying | divorce*
        succeed* success | fail* failure
        heat* | cool*
        include* | exclude*
        spend* | save*
        login signin | logout signout logoff
        """

    private static let others = """
        more | less fewer
        most | least fewest
        maximum maximal max | minimum minimal min
        first earliest | last latest final
        oldest | newest youngest latest
        older | newer younger
        highest tallest | lowest shortest
        higher taller | lower shorter
        high | low
        largest biggest greatest | smallest tiniest
        larger bigger | smaller
        large big | small tiny
        longest | shortest
        longer | shorter
        fastest quickest | slowest
        faster quicker | slower
        cheapest least_expensive | dearest priciest costliest most_expensive
        cheaper less_expensive | dearer pricier costlier more_expensive
        heaviest | lightest
        heavier | lighter
        strongest | weakest
        stronger | weaker
        richest | poorest
        richer | poorer
        rich | poor
        hottest warmest | coldest coolest
        hotter warmer | colder cooler
        hot | cold
        hardest most_difficult | easiest softest least_difficult
        harder | easier softer
        thickest | thinnest
        thicker | thinner
        wettest | driest
        nearest closest | farthest furthest
        best | worst
        better | worse
        early earlier | late
        before | after
        ahead | behind
        above | below
        inside indoors indoor | outside outdoors outdoor
        internal | external
        inner | outer
        upper | lower
        upstairs | downstairs
        top | bottom
        forward forwards | backward backwards
        left | right
        north northern | south southern
        east eastern | west western
        horizontal horizontally | vertical vertically
        ascending | descending
        clockwise | counterclockwise anticlockwise
        male | female
        men | women
        man | woman
        boy boys | girl girls
        husband | wife
        brother brothers | sister sisters
        mother mum mom | father dad
        born birth | die dies died death
        alive | dead
        summer | winter
        morning mornings | afternoon afternoons evening evenings night nights tonight
        noon midday | midnight
        always | never
        everything | nothing
        everyone everybody | nobody
        all | none
        inclusive | exclusive
        sunrise dawn | sunset dusk
        legal legally lawful allowed | illegal illegally unlawful forbidden prohibited
        safely | unsafely
        true | false
        positive | negative
        plus | minus
        public publicly | private privately
        online | offline
        automatic automatically | manual manually
        optional | mandatory compulsory obligatory required
        temporary temporarily | permanent permanently
        synchronous | asynchronous
        static statically | dynamic dynamically
        client | server
        input | output
        sender | recipient receiver
        incoming | outgoing
        inbound | outbound
        entrance | exit
        major | minor
        majority | minority
        profit profits | loss losses
        assets asset | liabilities liability
        income | expense expenses
        credit | debit
        gross | net
        wholesale | retail
        domestic | international foreign
        urban | rural
        guilty | innocent
        raw | cooked
        vertebrate vertebrates | invertebrate invertebrates
        overweight | underweight
        overestimate | underestimate
        overcooked | undercooked
        hypertension | hypotension
        hyperthyroidism | hypothyroidism
        hyperthermia | hypothermia
        hyperglycemia | hypoglycemia
        macroeconomics | microeconomics
        homogeneous | heterogeneous
        immigrate immigration immigrant | emigrate emigration emigrant
        advantage advantages benefit benefits pros | disadvantage disadvantages drawback drawbacks cons
        """

    /// A beginning that turns words round, and words.
    private static let prefixes = [
        ("il", "logical logically legible literate legitimate"),
        (
            "im",
            "possible perfect mature moral mortal polite proper properly patient pure mobile probable practical personal"
        ),
        (
            "in",
            """
            accurate accurately active adequate admissible appropriate capable compatible complete convenient correct correctly
            curable definite dependent direct directly edible effective efficient eligible equality experienced finite flexible
            formal frequent organic secure sensitive significant soluble stable tolerant valid visible voluntary
            """
        ),
        ("ir", "regular regularly relevant responsible rational reversible religious"),
        (
            "un",
            """
            able safe happy healthy fair common certain aware available biased comfortable conscious conditional constitutional
            employed employment equal ethical expected familiar fit friendly important insured intended intentional known
            licensed likely limited lucky married natural necessary official paid pleasant popular predictable processed
            profitable reliable realistic restricted ripe salted saturated signed skilled stable structured successful
            supervised supported sustainable sweetened tidy used usual vaccinated verified wanted washed willing wise worthy
            """
        ),
        ("dis", "approve able advantaged honest loyal obey prove respect satisfied similar"),
        ("non", "fiction profit refundable toxic smoker smokers linear"),
        ("a", "symmetric typical"),
    ]

    private static let german = """
        anmelden anmeldung anmelde angemeldet | abmelden abmeldung abmelde abgemeldet
        einschalten anschalten aktivieren aktiviere | ausschalten abschalten deaktivieren deaktiviere
        offnen offnet offne eroffnen eroffne | schliesen schliest schliese
        kaufen kaufe kauft kauf | verkaufen verkaufe verkauft verkauf
        erhohen erhohe erhoht | senken senke senkt verringern verringere reduzieren reduziere
        installieren installiere | deinstallieren deinstalliere
        erste ersten erster erstes | letzte letzten letzter letztes
        mehr | weniger
        groste groster grosten grostes | kleinste kleinster kleinsten kleinstes
        groser | kleiner
        hochste hochster hochsten | niedrigste niedrigster niedrigsten
        alteste altester altesten | neueste neuester neuesten jungste jungster jungsten
        schneller | langsamer
        billigste billigsten gunstigste gunstigsten | teuerste teuersten
        moglich | unmoglich
        erlaubt | verboten
        gesund | ungesund
        sicher | unsicher
        beginnen beginnt beginne anfang | enden endet ende aufhoren
        vorher | nachher danach
        innen drinnen | ausen drausen
        gewinnen | verlieren
        mieten miete | vermieten vermiete
        leihen | verleihen
        ankunft | abfahrt abflug
        entsperren entsperre | sperren sperre
        vorteile vorteil | nachteile nachteil
        einzahlen | abheben auszahlen
        immer | nie niemals
        alles | nichts
        vormittags vormittag morgens | nachmittags nachmittag abends
        """

    private static let romance = """
        ouvrir ouvre | fermer ferme
        acheter achete | vendre vends
        activer | desactiver
        installer | desinstaller
        avant | apres
        augmenter | diminuer reduire baisser
        premier premiere | dernier derniere
        plus | moins
        autorise permis | interdit
        commencer debut | finir terminer fin
        arrivee | depart
        gagner | perdre
        entree | sortie
        meilleur meilleure | pire
        avantages | inconvenients
        abrir abro abre | cerrar cierro cierra
        comprar compro | vender vendo
        activar | desactivar
        instalar | desinstalar
        antes | despues
        mas | menos
        aumentar subir | disminuir reducir bajar
        primero primera primer | ultimo ultima
        posible | imposible
        legal | ilegal
        permitido | prohibido
        empezar comenzar | terminar acabar
        llegada | salida
        ganar | perder
        encender | apagar
        mayor | menor
        mejor | peor
        ventajas | desventajas
        toujours | jamais
        tout | rien
        matin | soir
        siempre | nunca
        todo | nada
        """

    private static let indonesian = """
        buka membuka | tutup menutup
        beli membeli | jual menjual
        aktifkan mengaktifkan nyalakan menyalakan | nonaktifkan menonaktifkan matikan mematikan
        sebelum | sesudah setelah
        menaikkan meningkatkan menambah | menurunkan mengurangi
        tambahkan menambahkan | hapus menghapus
        pertama | terakhir
        terbesar | terkecil
        tertinggi | terendah
        tertua | termuda terbaru
        termurah | termahal
        tercepat | terlambat
        terbaik | terburuk
        boleh diperbolehkan | dilarang
        mulai | selesai berakhir
        masuk | keluar
        kanan | kiri
        atas | bawah
        meminjam pinjam | meminjamkan
        impor mengimpor | ekspor mengekspor
        unggah mengunggah | unduh mengunduh
        perpanjang memperpanjang | batalkan membatalkan
        pemasukan | pengeluaran
        pagi | malam sore
        kelebihan keuntungan | kekurangan kerugian
        """

    /// By their two first characters.
    private static let chinese = """
        打开 开启 启用 | 关闭 关掉 禁用 停用
        安装 | 卸载
        增加 提高 | 减少 降低
        购买 买入 | 出售 卖出
        最大 | 最小
        最高 | 最低
        最早 第一 | 最晚 最后
        最新 | 最旧
        最快 | 最慢
        最贵 | 最便
        最好 | 最差
        最多 | 最少
        之前 以前 | 之后 以后
        合法 | 非法 违法
        安全 | 危险
        允许 | 禁止
        开始 | 结束 停止
        进口 | 出口
        入口 | 出口
        上传 | 下载
        锁定 | 解锁
        恢复 续费 | 取消
        创建 | 删除
        添加 | 删除 移除
        登录 | 登出 注销
        存款 | 取款
        入住 | 退房
        升值 增值 | 贬值
        升高 上升 | 下降 降低
        升级 | 降级
        加密 | 解密
        出生 | 去世 死亡
        大于 | 小于
        多于 | 少于
        男性 | 女性
        相同 | 不同
        总是 | 从不 从未
        上午 早上 | 下午 晚上
        优点 好处 | 缺点 坏处
        """

    /// Verbs that a particle turns round; they are looked up apart.
    private static let phrases = [
        (
            "turn turns turning switch switches switching power powering toggle",
            ("on", "off")
        ),
        ("log logs logging sign signing check checking clock opt", ("in", "out")),
    ]

    /// Words that stand before a number and say from or up to where: "over 50", "less than 50".
    static let bounds: [String: Int] = {
        var bounds: [String: Int] = [:]
        let words = [
            "over above exceeding upwards greater more larger least uber mehr mindestens lebih atas minimal plus mas > ≥",
            "under below less fewer smaller most unter weniger hochstens kurang bawah maksimal moins menos < ≤",
        ]
        for (side, words) in words.enumerated() {
            for word in words.split(separator: " ") { bounds[String(word)] = Self.firstBound + side }
        }
        return bounds
    }()

    /// The number of a side behind all others.
    private static var firstBound: Int { 2 * (Self.lines.count + Self.phrases.count + Self.chineseLines.count) }

    /// Words that make one with the next.
    static let degrees: Set<String> = ["most", "least", "more", "less"]

    /// Words with which the end of something is asked for.
    static let untils: Set<String> = ["until", "till", "bis", "jusqu", "jusque", "hasta", "sampai", "hingga"]

    private static let lines: [(left: [String], right: [String])] = {
        let text = [Self.verbs, Self.others, Self.german, Self.romance, Self.indonesian].joined(separator: "\n")
        var lines = Self.read(text)
        for (prefix, words) in Self.prefixes {
            for word in words.split(whereSeparator: { $0.isWhitespace }) {
                lines.append(([String(word)], [prefix + word]))
            }
        }
        return lines
    }()

    private static let chineseLines = Self.read(Self.chinese)

    /// Which sides words stand on.
    static let words: [String: [Int]] = {
        var sides: [String: [Int]] = [:]
        for (number, line) in Self.lines.enumerated() {
            for word in line.left { sides[word, default: []].append(2 * number) }
            for word in line.right { sides[word, default: []].append(2 * number + 1) }
        }
        return sides
    }()

    /// Of verbs, which sides their particles stand on; numbered behind ``words``.
    static let particles: [String: [String: Int]] = {
        var particles: [String: [String: Int]] = [:]
        for (number, (verbs, (left, right))) in Self.phrases.enumerated() {
            let side = 2 * (Self.lines.count + number)
            for verb in verbs.split(separator: " ") { particles[String(verb)] = [left: side, right: side + 1] }
        }
        return particles
    }()

    /// Which sides Chinese words stand on; numbered behind ``particles``.
    static let characters: [Pair: [Int]] = {
        var sides: [Pair: [Int]] = [:]
        let first = Self.lines.count + Self.phrases.count
        for (number, line) in Self.chineseLines.enumerated() {
            for (words, side) in [(line.left, 0), (line.right, 1)] {
                for word in words {
                    let scalars = word.unicodeScalars.map(\.value)
                    guard scalars.count == 2 else { continue }
                    sides[Pair(first: scalars[0], second: scalars[1]), default: []].append(2 * (first + number) + side)
                }
            }
        }
        return sides
    }()

    /// The pairs that have to do with beginnings and ends.
    static let ends: Set<Int> = {
        let words = ["open", "start", "offnen", "beginnen", "abrir", "ouvrir", "buka", "mulai", "commencer", "empezar"]
        return Set(words.flatMap { Self.words[$0] ?? [] }.map { $0 / 2 })
    }()

    private static func read(_ text: String) -> [(left: [String], right: [String])] {
        text.split(separator: "\n").compactMap { line in
            let sides = line.split(separator: "|").map {
                $0.split(separator: " ").flatMap { Self.forms(of: String($0)) }
            }
            return sides.count == 2 ? (sides[0], sides[1]) : nil
        }
    }

    /// The forms of a verb with a star behind it; other words are one form.
    private static func forms(of word: String) -> [String] {
        guard word.hasSuffix("*") else { return [word] }
        let verb = String(word.dropLast())
        let stem = verb.hasSuffix("e") ? String(verb.dropLast()) : verb
        let third = ["s", "sh", "ch", "x"].contains { verb.hasSuffix($0) } ? verb + "es" : verb + "s"
        return [verb, third, stem + "ing"]
    }
}
