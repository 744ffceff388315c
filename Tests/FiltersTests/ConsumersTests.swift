import FilterAPI
import NIOCore
import Testing

@testable import BundledFilters

@Suite struct SecretTableTests {
    private func bytes<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Array(text.utf8).withUnsafeBytes(body)
    }

    @Test func aSecretIsFoundAsAWhole() {
        var table = SecretTable<Int>()
        for (index, secret) in ["a", "ab", "", "a\u{0}"].enumerated() { table.add(Array(secret.utf8), index) }
        for (text, value) in [("a", 0), ("ab", 1), ("", 2), ("a\u{0}", 3), ("b", nil), ("A", nil)] as [(String, Int?)] {
            #expect(self.bytes(text) { table.value(of: $0) } == value)
        }
    }

    @Test func allValuesOfASecretAreFound() {
        var table = SecretTable<Int>()
        table.add([1], 1)
        table.add([1], 2)
        var found: [Int] = []
        [UInt8(1)].withUnsafeBytes { table.forEachValue(of: $0) { found.append($0) } }
        #expect(found == [1, 2])
    }
}

@Suite struct ConsumerAccessTests {
    private static let nowhere = SourcePosition(file: "", line: 0, column: 0)

    /// A key without a value, and the two words for it.
    static let nothings: [ConfigurationNode] = [
        ConfigurationNode(.null, position: nowhere), ConfigurationNode(.scalar(.init("null")), position: nowhere),
        ConfigurationNode(.scalar(.init("~")), position: nowhere),
    ]

    @Test(arguments: nothings)
    func anAllowWithoutValueIsNeitherEverybodyNorNobody(_ nothing: ConfigurationNode) {
        let found = [
            issueLines(of: KeyAuth.self, ["consumers": [["name": "a", "credential": "k"]], "allow": nothing]),
            issueLines(of: BasicAuth.self, ["consumers": [["name": "a", "credential": "u:p"]], "allow": nothing]),
            issueLines(
                of: HMACAuth.self,
                ["consumers": [["name": "a", "key": "k", "secret": "s"]], "allow": nothing]
            ),
            issueLines(of: JWTAuth.self, ["consumers": [["name": "a", "issuer": "i"]], "allow": nothing]),
        ]
        let message = "config.allow: found nothing; expected a list of consumers, or [] for nobody"
        for lines in found { #expect(lines.contains { $0.hasSuffix(message) }, "\(lines)") }
    }
}

@Suite struct RememberedCredentialsTests {
    private let digester = CredentialDigester()

    private func digest(_ number: Int) -> CredentialDigest {
        withUnsafeBytes(of: number) { self.digester.digest($0) }
    }

    @Test func digestsAreEqualForEqualCredentialsAndOneKey() {
        #expect(self.digest(1) == self.digest(1) && self.digest(1) != self.digest(2))
        #expect(withUnsafeBytes(of: 1) { CredentialDigester().digest($0) } != self.digest(1))
    }

    @Test func whatIsRememberedEnds() {
        let remembered = RememberedCredentials<Int>(capacity: 100)
        let start = NIODeadline.uptimeNanoseconds(1)
        remembered.remember(7, of: self.digest(1), until: start + .seconds(60))
        #expect(remembered.value(of: self.digest(1), now: start) == 7)
        #expect(remembered.value(of: self.digest(1), now: start + .seconds(59)) == 7)
        #expect(remembered.value(of: self.digest(1), now: start + .seconds(60)) == nil)
        #expect(remembered.value(of: self.digest(2), now: start) == nil)
    }

    @Test func whatIsUsedStaysAndTheRestIsBounded() {
        let remembered = RememberedCredentials<Int>(capacity: 320)
        let now = NIODeadline.uptimeNanoseconds(1)
        let end = now + .seconds(60)
        remembered.remember(-1, of: self.digest(-1), until: end)
        for number in 0..<10_000 {
            remembered.remember(number, of: self.digest(number), until: end)
            #expect(remembered.value(of: self.digest(-1), now: now) == -1)
        }
        let kept = (0..<10_000).count { remembered.value(of: self.digest($0), now: now) != nil }
        #expect((1...320).contains(kept))
    }
}

@Suite struct SharedOutcomeTests {
    @Test func allWhoWaitGetIt() async {
        let outcome = SharedOutcome<Int>()
        let tasks = (0..<10).map { _ in
            let ticket = outcome.join()
            return Task { await outcome.value(ticket) }
        }
        #expect(outcome.isAwaited)
        outcome.settle(3)
        for task in tasks { #expect(await task.value == 3) }
        #expect(await outcome.value(outcome.join()) == 3, "also those who come later")
        #expect(!outcome.isAwaited)
    }

    @Test func whoLeavesIsNotWaitedFor() async {
        let outcome = SharedOutcome<Int>()
        let ticket = outcome.join()
        let task = Task { await outcome.value(ticket) }
        task.cancel()
        #expect(await task.value == nil)
        #expect(!outcome.isAwaited)
        outcome.settle(1)
    }
}

@Suite struct Base64AlphabetTests {
    @Test(
        arguments: [
            ("", .standard, []), ("TQ==", .standard, [0x4D]), ("TQ", .standard, [0x4D]),
            ("TWE=", .standard, [0x4D, 0x61]),
            ("+/+/", .standard, [0xFB, 0xFF, 0xBF]), ("-_-_", .url, [0xFB, 0xFF, 0xBF]), ("-_-_", .standard, nil),
            ("+/+/", .url, nil), ("T", .url, nil), ("TWFuT", .url, nil), ("TQ=", .url, nil), ("=", .url, nil),
            ("TQ==TQ==", .standard, nil), ("T Q=", .standard, nil),
        ] as [(String, Base64.Alphabet, [UInt8]?)]
    )
    func textsAreDecoded(_ text: String, _ alphabet: Base64.Alphabet, _ bytes: [UInt8]?) {
        #expect(Array(text.utf8).withUnsafeBytes { Base64.decode($0, alphabet) } == bytes)
    }
}
