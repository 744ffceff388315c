import Downstream
import GatewayConfiguration

/// The files that a configuration was read from, and what they looked like then.
struct ConfigurationOrigin: Sendable, Hashable {
    /// The configuration file.
    let path: String
    /// By path; `nil` for a file that was not there. Those of `${file:PATH}` are among them.
    let stamps: [String: FileStamp?]

    /// - Parameters:
    ///   - path: The configuration file.
    ///   - stamp: What it looked like before it was read.
    ///   - files: All that were read.
    init(path: String, stamp: FileStamp?, files: FilesRead) {
        self.path = path
        var stamps: [String: FileStamp?] = [:]
        for file in files.paths { stamps.updateValue(FileStamp(file), forKey: file) }
        stamps.updateValue(stamp, forKey: path)
        self.stamps = stamps
    }

    /// What the files look like now.
    var current: [String: FileStamp?] {
        var stamps: [String: FileStamp?] = [:]
        for file in self.stamps.keys { stamps.updateValue(FileStamp(file), forKey: file) }
        return stamps
    }
}
