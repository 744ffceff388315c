#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The files of a model.
struct ModelDirectory: Sendable {
    /// The longest text file that is read: real tokenizers have up to 20 MB.
    static let longestText = 256 << 20

    let path: String

    /// - Throws: ``ModelError`` when there is no such directory.
    init(_ path: String) throws(ModelError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw ModelError(file: "", "cannot open \(path): \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw ModelError(file: "", "\(path) is not a directory; expected the directory of a model")
        }
        self.path = path
    }

    func has(_ file: String) -> Bool { access(self.path + "/" + file, F_OK) == 0 }

    /// The bytes of a file in memory.
    func map(_ file: String) throws(ModelError) -> MappedFile { try MappedFile(self.path + "/" + file, file) }

    /// A copy of a text file's bytes.
    func bytes(of file: String) throws(ModelError) -> [UInt8] {
        let mapped = try self.map(file)
        guard mapped.bytes.count <= Self.longestText else {
            throw ModelError(file: file, "found \(mapped.bytes.count) bytes; expected at most \(Self.longestText)")
        }
        return Array(mapped.bytes)
    }

    /// A JSON file.
    func json(_ file: String) throws(ModelError) -> JSONValue {
        try JSONText(self.bytes(of: file), file: file).root
    }

    /// A JSON file that may be absent.
    func jsonIfPresent(_ file: String) throws(ModelError) -> JSONValue? {
        self.has(file) ? try self.json(file) : nil
    }
}

extension ModelDirectory {
    /// What tells that a file was replaced.
    struct FileState: Sendable, Hashable {
        let file: UInt64
        let size: Int
        let seconds: Int
        let nanoseconds: Int
    }

    /// The states of the files that a model may have, absent ones left out.
    var fileStates: [FileState] {
        let files = [
            "config.json", "tokenizer.json", "vocab.txt", "tokenizer_config.json", "modules.json",
            "sentence_bert_config.json", "1_Pooling/config.json", "model.safetensors",
        ]
        return files.compactMap { file in
            var status = stat()
            guard stat(self.path + "/" + file, &status) == 0 else { return nil }
            #if canImport(Darwin)
                let time = status.st_mtimespec
            #else
                let time = status.st_mtim
            #endif
            return FileState(
                file: UInt64(status.st_ino),
                size: Int(status.st_size),
                seconds: Int(time.tv_sec),
                nanoseconds: Int(time.tv_nsec)
            )
        }
    }
}
