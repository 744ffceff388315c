import Testing

@testable import Gateway

@Suite("Memory readings and budgets")
struct MemoryReadingTests {
    @Test("the resident memory is the second number of the system's line")
    func residentPages() {
        #expect(SystemMemory.residentPages("5000 1200 300 5 0 400 0\n") == 1200)
        for line in [nil, "", "5000", "a b c", "1 -5", "1 99999999999999999999", "1 \(Int.max)"] {
            #expect(SystemMemory.residentPages(line) == nil, "\(line ?? "nil")")
        }
    }

    #if os(Linux)
        @Test("the real process has a sensible size")
        func resident() throws {
            let bytes = try #require(SystemMemory.resident())
            #expect((1 << 20...1 << 40).contains(bytes))
            let available = try #require(SystemMemory.available())
            #expect(available > bytes / 2)
        }
    #endif

    @Test("code of files is found among the mappings, and nothing that could have been written to")
    func mappings() {
        let text = """
            55d0c0000000-55d0c2e33000 r-xp 00000000 fe:00 1234                       /usr/local/bin/a gateway (deleted)
            55d0c2e34000-55d0c551b000 rw-p 02e33000 fe:00 1234                       /usr/local/bin/a gateway (deleted)
            7f0000000000-7f0000001000 rwxp 00000000 fe:00 99                         /lib/writes-itself.so
            7f0000002000-7f0000003000 r--p 00000000 fe:00 99                         /lib/constants.so
            7f0000004000-7f0000005000 r-xp 00001000 fe:00 77                         /lib/libc.so.6
            7f0000006000-7f0000007000 r-xp 00000000 00:00 0
            7ffd00000000-7ffd00001000 r-xp 00000000 00:00 0                          [vdso]
            7f0000009000-7f0000008000 r-xp 00000000 fe:00 77                         /lib/backwards.so
            fffffffffffffffff-1 r-xp 00000000 fe:00 77                               /lib/beyond.so
            senseless
            """
        #expect(
            ProgramCode.mappings(in: text) == [
                0x55d0_c000_0000..<0x55d0_c2e3_3000, 0x7f00_0000_4000..<0x7f00_0000_5000,
            ]
        )
    }

    @Test("limits of control groups are read, and the word for none")
    func limits() {
        #expect(SystemMemory.limit("536870912\n") == 512 << 20)
        for text in [nil, "max\n", "", "-1", "0"] { #expect(SystemMemory.limit(text) == nil) }
    }

    @Test("the groups of a process lead to the files of their limits, up to the root")
    func groups() {
        let second = SystemMemory.groupFiles("0::/system.slice/sluice.service\n")
        #expect(second.contains("/sys/fs/cgroup/system.slice/sluice.service/memory.max"))
        #expect(second.contains("/sys/fs/cgroup/system.slice/memory.max"))
        #expect(second.contains("/sys/fs/cgroup/memory.max"))
        let first = SystemMemory.groupFiles("12:cpu,cpuacct:/a\n11:memory:/docker/x\nsenseless\n")
        #expect(first.contains("/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes"))
        #expect(!first.contains { $0.hasSuffix("/a/memory.limit_in_bytes") })
    }

    @Test(
        "the budget is the file's, else 2 GiB or 80 % of what there is",
        arguments: [
            (nil, nil, 2 << 30, false), (nil, 64 << 30, 2 << 30, false), (nil, 1000 << 20, 800 << 20, false),
            (1 << 30, 64 << 30, 1 << 30, false), (1 << 30, 512 << 20, 1 << 30, true), (1 << 30, nil, 1 << 30, false),
            (Int.max, 512 << 20, Int.max, false),
        ] as [(Int?, Int?, Int, Bool)]
    )
    func budget(_ configured: Int?, _ system: Int?, _ bytes: Int, _ isBeyondSystem: Bool) {
        let budget = MemoryBudget(configured: configured, system: system)
        #expect(budget.bytes == bytes && budget.isBeyondSystem == isBeyondSystem)
    }

    @Test("freed memory is given back while memory is short, not more often than every tenth look")
    func releaseUnderPressure() {
        var schedule = ReleaseSchedule()
        let looks = (0..<25).map { _ in schedule.look(isShort: true, connections: 10) }
        #expect(looks.indices.filter { looks[$0] } == [0, 10, 20])
    }

    @Test("freed memory is given back once after a peak of connections, and not for small ones")
    func releaseAfterPeak() {
        var schedule = ReleaseSchedule()
        let courses: [(Int, Bool)] = [
            (10, false), (511, false), (0, false), (1000, false), (501, false), (500, true), (500, false), (0, false),
            (600, false), (300, true),
        ]
        for (connections, isDue) in courses {
            let found = schedule.look(isShort: false, connections: connections)
            #expect(found == isDue, "\(connections)")
        }
    }

    @Test("giving memory back does not disturb what is in use")
    func release() {
        let kept = (0..<1000).map { Array(repeating: UInt8(truncatingIfNeeded: $0), count: 1000) }
        FreedMemory.release()
        #expect(
            kept.enumerated().allSatisfy { index, bytes in bytes.allSatisfy { $0 == UInt8(truncatingIfNeeded: index) } }
        )
    }
}
