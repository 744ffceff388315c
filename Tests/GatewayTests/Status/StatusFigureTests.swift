import Gateway
import Testing

@Suite("Figures for people")
struct StatusFigureTests {
    @Test(arguments: [(0.0, "0"), (0.004, "0.00"), (0.25, "0.25"), (12.34, "12.3"), (99.94, "99.9"), (4200.4, "4,200")])
    func rates(_ number: Double, _ text: String) {
        #expect(StatusFigures.rate(number) == text)
    }

    @Test(
        arguments: [
            (nil, "-"), (0.0, "0.0 us"), (0.000_002, "2.0 us"), (0.0012, "1.2 ms"), (0.9994, "999.4 ms"),
            (2.5, "2.50 s"),
        ]
    )
    func times(_ seconds: Double?, _ text: String) {
        #expect(StatusFigures.time(seconds) == text)
    }

    @Test(
        arguments: [
            (0.0, "0s"), (-5.0, "0s"), (59.9, "59s"), (60.0, "1m"), (61.0, "1m 1s"), (3600.0, "1h"), (3725.0, "1h 2m"),
            (90_061.0, "1d 1h"),
        ]
    )
    func ages(_ seconds: Double, _ text: String) {
        #expect(StatusFigures.age(seconds) == text)
    }

    @Test(arguments: [
        (nil, "-"), (0.0, "0 B"), (1023.0, "1023 B"), (1536.0, "1.5 KiB"), (3.5e6, "3.3 MiB"), (5e15, "4547.5 TiB"),
    ])
    func bytes(_ number: Double?, _ text: String) {
        #expect(StatusFigures.bytes(number) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")])
    func counts(_ number: Int, _ text: String) {
        #expect(StatusFigures.count(number) == text)
    }
}
