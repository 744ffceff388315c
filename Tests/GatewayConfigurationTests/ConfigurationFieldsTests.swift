import FilterAPI
import Testing

@Suite struct ConfigurationFieldsTests {
    private func issues(of node: ConfigurationNode?, _ read: (ConfigurationFields) -> Void) -> [String] {
        let context = ConfigurationContext()
        let position = SourcePosition(file: "f", line: 1, column: 1)
        ConfigurationFields.read(node, position: position, location: .root, context: context, read)
        return context.issues.all.map(\.message)
    }

    @Test func absentKeysGiveDefaults() {
        let found = issues(of: nil) { fields in
            #expect(fields.string("a", help: "") == nil)
            #expect(fields.string("b", default: "x", help: "") == "x")
            #expect(fields.bool("c", default: true, help: ""))
            #expect(fields.integer("d", in: 1...9, default: 5, help: "") == 5)
            #expect(fields.double("e", default: 0.5, help: "") == 0.5)
            #expect(fields.duration("f", default: .seconds(5), help: "") == .seconds(5))
            #expect(fields.size("g", default: 1024, help: "") == 1024)
            #expect(fields.strings("h", default: ["i"], help: "") == ["i"])
            #expect(fields.object("j", help: "") { $0.bool("k", default: true, help: "") } == nil)
            #expect(fields.objectOrDefaults("l", help: "") { $0.bool("m", default: true, help: "") })
            #expect(fields.objects("n", help: "") { _ in 1 }.isEmpty)
            #expect(fields.service("o", isRequired: false, help: "") == nil)
        }
        #expect(found.isEmpty)
    }

    @Test func givenKeysGiveTheirValues() {
        let node: ConfigurationNode = [
            "a": "on", "b": true, "c": 7, "d": 0.25, "e": "250ms", "f": "64KiB", "g": ["x", "y"], "h": "x, y",
            "i": ["j": "k"], "l": [["m": 1], ["m": 2]], "n": ["o": "p", "q": "r"], "s": "unlimited", "t": "hidden",
        ]
        let found = issues(of: node) { fields in
            #expect(fields.string("a", help: "") == "on")
            #expect(fields.bool("b", help: "") == true)
            #expect(fields.requiredInteger("c", help: "") == 7)
            #expect(fields.double("d", in: 0...1, help: "") == 0.25)
            #expect(fields.duration("e", help: "") == .milliseconds(250))
            #expect(fields.size("f", help: "") == 65536)
            #expect(fields.requiredStrings("g", help: "") == ["x", "y"])
            #expect(fields.strings("h", form: .listOrCommaSeparated, help: "") == ["x", "y"])
            #expect(fields.requiredObject("i", help: "") { $0.requiredString("j", help: "") } == "k")
            #expect(fields.objects("l", help: "") { $0.requiredInteger("m", help: "") } == [1, 2])
            #expect(fields.map("n", help: "").map(\.0) == ["o", "q"])
            #expect(fields.size("s", takesUnlimited: true, help: "") == ConfigurationFields.unlimited)
            #expect(fields.requiredSecret("t", help: "").reveal() == "hidden")
        }
        #expect(found.isEmpty)
    }

    @Test func alternativesTakeATextOrAMapping() {
        for node: ConfigurationNode in [["k": "path"], ["k": ["requestBody": "path"]]] {
            let found = issues(of: node) { fields in
                let path = fields.alternatives("k", help: "", scalar: { $0 }) {
                    $0.requiredString("requestBody", help: "")
                }
                #expect(path == "path")
            }
            #expect(found.isEmpty)
        }
    }

    @Test(arguments: [
        ("key_auth", "keyAuth"), ("key-auth", "keyAuth"), ("KEYAUTH", "keyAuth"), ("keyAtuh", "keyAuth"),
        ("consumer", "consumers"), ("in_headers", "in_header"),
    ])
    func unknownKeysAreReportedWithTheNearestOne(key: String, nearest: String) {
        let node = ConfigurationNode(dictionaryLiteral: (key, 1))
        let found = issues(of: node) { fields in
            for known in ["keyAuth", "consumers", "in_header"] {
                _ = fields.string(known, help: "")
            }
        }
        #expect(found == ["unknown key \"\(key)\"; did you mean \"\(nearest)\"?"])
    }

    @Test func aKeyThatIsNothingLikeAnyIsReportedWithAllOfThem() {
        let found = issues(of: ["zebra": 1]) { fields in
            _ = fields.bool("in_header", help: "")
            _ = fields.map("headers", help: "")
        }
        #expect(found == ["unknown key \"zebra\"; valid keys: in_header, headers"])
    }

    @Test func aMisspeltRequiredKeyIsOneMistake() {
        let found = issues(of: ["nmae": "x"]) { _ = $0.requiredString("name", help: "") }
        #expect(found == ["unknown key \"nmae\"; did you mean \"name\"?"])
    }

    @Test func missingRequiredKeysNameTheirTypes() {
        enum Side: String, CaseIterable { case left, right }
        let found = issues(of: [:]) { fields in
            _ = fields.requiredString("a", help: "")
            _ = fields.requiredInteger("b", in: 1...9, help: "")
            _ = fields.requiredChoice("c", of: Side.self, help: "")
            _ = fields.requiredObject("d", help: "") { $0.requiredString("e", help: "") }
            _ = fields.requiredSecret("f", help: "")
        }
        #expect(
            found == [
                "missing key \"a\" (string)", "missing key \"b\" (integer, 1 to 9)",
                "missing key \"c\" (one of left, right)", "missing key \"d\" (object)", "missing key \"f\" (secret)",
            ]
        )
    }

    @Test(arguments: ["null", "~", "Null", "NULL"])
    func nothingIsNoSecret(text: String) {
        let position = SourcePosition(file: "f", line: 1, column: 1)
        for isQuoted in [false, true] {
            let value = ConfigurationNode(.scalar(.init(text, isQuoted: isQuoted)), position: position)
            let node: ConfigurationNode = ["a": value, "b": value, "c": [value], "d": ["e": value], "f": value]
            let message =
                "found \(text) without quotes; expected a string that is kept secret, "
                + "\"\(text)\" in quotes if that is it"
            let readers: [(ConfigurationFields) -> [String]] = [
                { [$0.requiredSecret("a", help: "")].map { $0.reveal() } },
                { [$0.secret("b", help: "")].compactMap { $0?.reveal() } },
                { $0.secrets("c", help: "").map { $0.reveal() } },
                { $0.secretMap("d", help: "").map { $0.1.reveal() } },
            ]
            for read in readers {
                var texts: [String] = []
                let found = self.issues(of: node) { fields in
                    texts = read(fields)
                    // What is not read is an unknown key.
                    for key in ["a", "b", "c", "d", "f"] { _ = fields.node(key, help: "") }
                }
                #expect(found == (isQuoted ? [] : [message]))
                #expect(texts.filter { !$0.isEmpty } == (isQuoted ? [text] : []))
            }
            let others = self.issues(of: node) { fields in
                #expect(fields.requiredString("f", help: "") == text)
                for key in ["a", "b", "c", "d"] { _ = fields.node(key, help: "") }
            }
            #expect(others.isEmpty)
        }
    }

    @Test func aKeyIsGivenAlsoWithoutAValue() {
        let nothing = ConfigurationNode(.null, position: SourcePosition(file: "f", line: 1, column: 1))
        let found = issues(of: ["a": nothing, "b": []]) { fields in
            for key in ["a", "b"] { _ = fields.strings(key, help: "") }
            #expect(["a", "b", "c"].map { fields.isGiven($0) } == [true, true, false])
            #expect(["a", "b", "c"].map { fields.has($0) } == [false, true, false])
        }
        #expect(found.isEmpty)
    }

    @Test func ownErrorsStandAtTheirItem() {
        let context = ConfigurationContext()
        let position = SourcePosition(file: "f", line: 2, column: 3)
        let item = ConfigurationNode(.scalar(.init("x")), position: SourcePosition(file: "f", line: 4, column: 7))
        let list = ConfigurationNode(.sequence([item]), position: position)
        let entry = ConfigurationNode.Entry(key: "k", keyPosition: position, value: list)
        let node = ConfigurationNode(.mapping([entry]), position: position)
        let place = ConfigurationLocation(titled: "filters[1]").named("key-auth").key("config")
        ConfigurationFields.read(node, position: position, location: place, context: context) { fields in
            _ = fields.strings("k", help: "")
            fields.error(at: "k", item: 0, "is wrong")
            fields.warning("is odd")
        }
        #expect(
            context.issues.all.map(\.description) == [
                "f:2:3: warning: filters[1] \"key-auth\": config: is odd",
                "f:4:7: filters[1] \"key-auth\": config.k[0]: is wrong",
            ]
        )
        #expect(context.issues.containsErrors)
    }

    @Test func messagesCannotBeForgedByControlCharacters() {
        let found = issues(of: ["a": "x\ny\u{1B}[2J"]) { _ = $0.bool("a", help: "") }
        #expect(found == ["found \"x\\ny\\u{1b}[2J\"; expected true or false"])
    }

    @Test func textsThatAreNotNumbersAreRefused() {
        for text in ["nan", "inf", "0x10", "1e400", "", " 1"] {
            let node = ConfigurationNode(dictionaryLiteral: ("a", ConfigurationNode(stringLiteral: text)))
            #expect(issues(of: node) { _ = $0.double("a", help: "") }.count == 1)
            #expect(issues(of: node) { _ = $0.integer("a", help: "") }.count == 1)
        }
    }
}
