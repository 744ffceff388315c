import Foundation
import Gateway
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

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
    private static func line(_ command: String) -> String {
        "42 (\(command)) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 9 0 3000 123456789 777 18446744073709551615"
    }

    @Test(arguments: ["sluice", "a b", "x) S 9 (y", ""])
    func isReadWhateverTheCommandIsCalled(_ command: String) {
        let usage = ProcessUsage(stat: Self.line(command), bootTime: 1_700_000_000, ticksPerSecond: 100)
        #expect(usage.processorSeconds == 3)
        #expect(usage.startTime == 1_700_000_030)
        #expect(usage.virtualMemory == 123_456_789)
    }

    @Test(arguments: ["", "42 (x", "42 (x) S 1 2 3", "42 (x) " + String(repeating: "a ", count: 40)])
    func isNothingWhenTheTextMakesNoSense(_ line: String) {
        let usage = ProcessUsage(stat: line, bootTime: 1_700_000_000, ticksPerSecond: 100)
        #expect(usage == ProcessUsage(stat: "", bootTime: nil, ticksPerSecond: 100))
        #expect(usage.processorSeconds == nil && usage.startTime == nil && usage.virtualMemory == nil)
    }

    @Test func lacksNoMoreThanWhatCannotBeKnown() {
        let withoutBoot = ProcessUsage(stat: Self.line("x"), bootTime: nil, ticksPerSecond: 100)
        #expect(withoutBoot.startTime == nil)
        #expect(withoutBoot.processorSeconds == 3 && withoutBoot.virtualMemory == 123_456_789)
        let withoutTime = Self.line("x").replacing(" 250 50 ", with: " ? 50 ")
        let usage = ProcessUsage(stat: withoutTime, bootTime: 1_700_000_000, ticksPerSecond: 100)
        #expect(usage.processorSeconds == nil)
        #expect(usage.startTime == 1_700_000_030 && usage.virtualMemory == 123_456_789)
    }

    #if os(Linux)
        @Test func isThere() throws {
            let usage = ProcessUsage.read()
            #expect(try #require(usage.processorSeconds) > 0)
            #expect(try #require(usage.virtualMemory) > 1 << 20)
            #expect(try #require(usage.openDescriptors) > 2)
            #expect(try #require(usage.descriptorLimit) > 2)
        }

        @Test("began when /proc says so, which keeps whole seconds")
        func start() throws {
            let system = try String(contentsOfFile: "/proc/stat", encoding: .utf8)
            let line = try #require(system.split(separator: "\n").first { $0.hasPrefix("btime ") })
            let boot = try #require(Double(line.dropFirst(6)))
            let stat = try String(contentsOfFile: "/proc/self/stat", encoding: .utf8)
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            let expected = try #require(ProcessUsage(stat: stat, bootTime: boot, ticksPerSecond: ticks).startTime)
            let found = try #require(ProcessUsage.read().startTime)
            #expect(abs(found - expected) < 2)
        }
    #endif
}
