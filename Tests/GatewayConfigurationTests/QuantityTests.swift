import FilterAPI
import Testing

@Suite struct QuantityTests {
    @Test(arguments: [
        ("250ms", 250), ("5s", 5000), ("2m", 120_000), ("1h", 3_600_000), ("1d", 86_400_000), ("1h30m", 5_400_000),
        ("1.5s", 1500), ("0.001s", 1), ("1.5", 1500), ("7", 7000), ("0", 0),
    ])
    func durationsAreRead(text: String, milliseconds: Int) {
        #expect(Duration(configurationText: text, bareUnit: .seconds) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "s", "-1s", "+1s", "5 s", "1y", "1.s", ".5s", "1h30", "5S", "9223372036854775807s", "1e3s",
        "99999999999999999999", "١s",
    ])
    func otherTextsAreNoDurations(text: String) {
        #expect(Duration(configurationText: text, bareUnit: .seconds) == nil)
    }

    @Test func aBareNumberCountsTheUnitOfItsKey() {
        #expect(Duration(configurationText: "1000", bareUnit: .milliseconds) == .seconds(1))
    }

    @Test(arguments: [
        ("250ms", "250ms"), ("60s", "1m"), ("90s", "90s"), ("7200s", "2h"), ("0", "0s"), ("1.5s", "1500ms"),
    ])
    func durationsAreWrittenShort(text: String, written: String) {
        #expect(Duration(configurationText: text, bareUnit: .seconds)?.configurationText == written)
    }

    @Test(arguments: [
        ("240B", 240), ("64KiB", 65536), ("1MiB", 1_048_576), ("1.5MiB", 1_572_864), ("10KB", 10_000),
        ("1 MB", 1_000_000),
        ("0.1kb", 100), ("1024", 1024), ("2gib", 2 << 30), ("0", 0),
    ])
    func sizesAreRead(text: String, bytes: Int) {
        #expect(SizeText.read(text) == bytes)
    }

    @Test(arguments: ["", "B", "-1", "1.5", "1 2", "1K", "64 Ki", "9999999999TiB", "0x10", "1..5KB"])
    func otherTextsAreNoSizes(text: String) {
        #expect(SizeText.read(text) == nil)
    }

    @Test(arguments: [(65536, "64KiB"), (1 << 20, "1MiB"), (240, "240B"), (0, "0B"), (Int.max, "unlimited")])
    func sizesAreWrittenShort(bytes: Int, written: String) {
        #expect(SizeText.write(bytes) == written)
    }
}
