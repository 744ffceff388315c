import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The pages of the program's own code that are in memory.
///
/// Reading a configuration runs much code that serving does not need: parsers, descriptions of fields, messages of errors. It
/// stays mapped, and counts as resident memory, long after.
package enum ProgramCode {
    /// Takes the pages of code out of the process, as if none of it had run yet; what is needed comes back when it runs next,
    /// without a read while the system has it cached. Some hundred page faults follow, about a millisecond in all.
    ///
    /// Source: madvise(2), `MADV_DONTNEED` of a private mapping of a file that is never written. Nothing happens where there
    /// is no `/proc`.
    package static func release() {
        #if os(Linux)
            // Read to its end: the system gives a page at a time, and no size beforehand.
            guard let text = try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd() else { return }
            for mapping in self.mappings(in: String(decoding: text, as: UTF8.self)) {
                madvise(UnsafeMutableRawPointer(bitPattern: mapping.lowerBound), mapping.count, MADV_DONTNEED)
            }
        #endif
    }

    /// Where code of files is mapped, in such a way that nothing was ever written there.
    ///
    /// - Parameter text: The mappings of a process, a line each; see proc_pid_maps(5).
    static func mappings(in text: String) -> [Range<UInt>] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 5, words[1] == "r-xp", words[4] != "0", words[5].hasPrefix("/") else { return nil }
            let ends = words[0].split(separator: "-").map { UInt($0, radix: 16) }
            guard ends.count == 2, let begin = ends[0], let end = ends[1], begin > 0, begin < end else { return nil }
            return begin..<end
        }
    }
}
