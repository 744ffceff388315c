#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How much memory the process has taken from the allocator.
enum HeapUse {
    #if canImport(Glibc)
        private typealias Print = @convention(c) (Int32, UnsafeMutablePointer<FILE>) -> Int32

        /// `malloc_info(3)`, which Swift's module of the C library does not have.
        private static let print: Print? = {
            let everywhere: UnsafeMutableRawPointer? = nil
            return dlsym(everywhere, "malloc_info").map { unsafeBitCast($0, to: Print.self) }
        }()

        /// What `malloc_info` prints: XML, whose last lines are sums over all arenas.
        private static var report: String? {
            guard let print = self.print else { return nil }
            var text: UnsafeMutablePointer<CChar>?
            var length = 0
            guard let file = open_memstream(&text, &length) else { return nil }
            _ = print(0, file)
            fclose(file)
            defer { free(text) }
            return text.map { String(cString: $0) }
        }

        private static func size(_ line: String, in report: [Substring]) -> Int {
            guard let found = report.last(where: { $0.hasPrefix(line) }),
                let digits = found.split(separator: "size=\"").last?.prefix(while: { $0.isNumber })
            else { return 0 }
            return Int(digits) ?? 0
        }
    #endif

    /// Bytes that are in use; `nil` where the system does not say.
    static var bytes: Int? {
        #if canImport(Glibc)
            guard let report = self.report?.split(separator: "\n") else { return nil }
            let free = self.size("<total type=\"fast\"", in: report) + self.size("<total type=\"rest\"", in: report)
            let mapped = self.size("<total type=\"mmap\"", in: report)
            return self.size("<system type=\"current\"", in: report) - free + mapped
        #elseif canImport(Darwin)
            return Int(mstats().bytes_used)
        #else
            return nil
        #endif
    }
}
