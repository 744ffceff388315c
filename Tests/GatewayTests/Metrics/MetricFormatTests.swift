import Gateway
import Testing

@Suite("Metrics come in the form that the caller wants")
struct MetricFormatTests {
    @Test(
        arguments: [
            "", "*/*", "text/plain", "text/html", "application/openmetrics-text;q=0",
            "application/openmetrics-text;version=0.0.1", "application/openmetrics-text;q=0.2, text/plain;q=0.5",
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
        ]
    )
    func prometheusText(_ accept: String) {
        #expect(MetricFormat(accept: accept) == .prometheus)
    }

    @Test(
        arguments: [
            "application/openmetrics-text", "Application/OpenMetrics-Text; Version=1.0.0; charset=utf-8",
            "application/openmetrics-text;version=\"1.0.0\"",
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            "text/plain;q=0.5, application/openmetrics-text;q=0.5",
        ]
    )
    func openMetrics(_ accept: String) {
        #expect(MetricFormat(accept: accept) == .openMetrics)
    }
}

@Suite("What the system counts of the process")
struct ProcessUsageTests {
    private static let system = "cpu  1 2 3\nbtime 1700000000\nprocesses 5\n"

    private static func line(_ command: String) -> String {
        "42 (\(command)) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 9 0 3000 123456789 777 18446744073709551615"
    }

    @Test(arguments: ["sluice", "a b", "x) S 9 (y", ""])
    func isReadWhateverTheCommandIsCalled(_ command: String) throws {
        let usage = try #require(ProcessUsage(stat: Self.line(command), system: Self.system, ticksPerSecond: 100))
        #expect(usage.processorSeconds == 3)
        #expect(usage.startTime == 1_700_000_030)
        #expect(usage.virtualMemory == 123_456_789)
    }

    @Test(arguments: ["", "42 (x", "42 (x) S 1 2 3", "42 (x) " + String(repeating: "a ", count: 40)])
    func isNothingWhenTheTextMakesNoSense(_ line: String) {
        #expect(ProcessUsage(stat: line, system: Self.system, ticksPerSecond: 100) == nil)
        #expect(ProcessUsage(stat: Self.line("x"), system: "cpu 1", ticksPerSecond: 100) == nil)
    }

    #if os(Linux)
        @Test func isThere() throws {
            let usage = try #require(ProcessUsage.read())
            #expect(usage.processorSeconds > 0 && usage.startTime > 1_600_000_000 && usage.virtualMemory > 1 << 20)
            #expect(try #require(usage.openDescriptors) > 2)
            #expect(try #require(usage.descriptorLimit) > 2)
        }
    #endif
}
